"""Contact details become encrypted columns (docs/decisions/0023)."""

import django.db.models.functions.text
from django.db import migrations, models

import kernel.fields


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_provinces"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="user",
            name="mobile_of_one_user",
        ),
        migrations.AlterField(
            model_name="contactsheet",
            name="address",
            field=kernel.fields.EncryptedText(verbose_name="通讯地址"),
        ),
        migrations.AlterField(
            model_name="contactsheet",
            name="email",
            field=kernel.fields.EncryptedText(findable=True, verbose_name="电子邮箱"),
        ),
        migrations.AlterField(
            model_name="contactsheet",
            name="mobile",
            field=kernel.fields.EncryptedText(findable=True, verbose_name="手机"),
        ),
        migrations.AlterField(
            model_name="contactsheet",
            name="qq",
            field=kernel.fields.EncryptedText(blank=True, verbose_name="QQ"),
        ),
        migrations.AlterField(
            model_name="contactsheet",
            name="telephone",
            field=kernel.fields.EncryptedText(verbose_name="联系电话"),
        ),
        migrations.AlterField(
            model_name="contactsheet",
            name="wechat",
            field=kernel.fields.EncryptedText(blank=True, verbose_name="微信号"),
        ),
        migrations.AlterField(
            model_name="user",
            name="mobile",
            field=kernel.fields.EncryptedText(blank=True, findable=True, null=True, verbose_name="手机"),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Left("mobile", 22), name="mobile_of_one_user"
            ),
        ),
    ]
