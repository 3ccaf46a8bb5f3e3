# ruff: noqa: E501 (each payload stands as it is sent)
"""A hundred ways to bring a script into a page by way of a Word document: each would call `hit()` if it ran."""

CALL = "hit()"

TEXTS = [
    f"<script>{CALL}</script>", f"<img src=x onerror={CALL}>", f"<svg onload={CALL}>", f"<body onload={CALL}>",
    f"<iframe srcdoc='<script>parent.{CALL}</script>'></iframe>", f"<details open ontoggle={CALL}>x</details>",
    f"<video><source onerror={CALL}></video>", f"<input autofocus onfocus={CALL}>", f"<math><mi xlink:href='javascript:{CALL}'>",
    f"<style>@import 'javascript:{CALL}';</style>", f"</article><script>{CALL}</script>", f"<!--><script>{CALL}</script>-->",
    f"<noscript><p title=\"</noscript><img src=x onerror={CALL}>\">", f"<svg><animate onbegin={CALL} attributeName=x dur=1s>",
    f"<a href='javascript:{CALL}'>x</a>", f"<object data='data:text/html,<script>{CALL}</script>'></object>",
    f"<template><script>{CALL}</script></template>", f"<base href='javascript:{CALL}//'>", f"<form action='javascript:{CALL}'>",
    f"<meta http-equiv=refresh content='0;url=javascript:{CALL}'>", f"&lt;script&gt;{CALL}&lt;/script&gt;",
    f"{{{{ ''.constructor.constructor('{CALL}')() }}}}", f"<scr<script>ipt>{CALL}</scr</script>ipt>",
    f"<img src=\"x` `<script>{CALL}</script>\"` `>", f"＜script＞{CALL}＜/script＞",
]  # fmt: skip

LINKS = [
    f"javascript:{CALL}", f"JaVaScRiPt:{CALL}", f" javascript:{CALL}", f"java\tscript:{CALL}", f"javascript&#58;{CALL}",
    f"javascript:void({CALL})", f"javascript://example.org/%0a{CALL}", f"\u2028javascript:{CALL}", f"vbscript:{CALL}",
    f"data:text/html,<script>opener.{CALL}</script>", f"data:text/html;base64,PHNjcmlwdD5oaXQoKTwvc2NyaXB0Pg==#{CALL}",
    f"data:image/svg+xml,<svg onload='{CALL}'/>", f"blob:{CALL}", f"view-source:javascript:{CALL}", f"feed:javascript:{CALL}",
    f"jar:javascript:{CALL}!/", f"filesystem:javascript:{CALL}", f"livescript:{CALL}", f"mocha:{CALL}",
    f"https://a.example/\" onmouseover=\"{CALL}", f"https://a.example/'onclick='{CALL}", f"#\" onfocus=\"{CALL}\" autofocus x=\"",
    f"mailto:a@b.example\"><script>{CALL}</script>", f"http://a.example/><img src=x onerror={CALL}>", f"//javascript:{CALL}",
]  # fmt: skip

ALTS = [
    f"\" onerror=\"{CALL}", f"' onload='{CALL}", f"\"><script>{CALL}</script>", f"x\" src=\"y\" onerror=\"{CALL}",
    f"--><img src=x onerror={CALL}>", f"\" autofocus tabindex=1 onfocus=\"{CALL}", f"` onload={CALL} `", f"&quot; onload=&quot;{CALL}",
    f"\"/><svg/onload={CALL}>", f"\" style=\"animation-name:x\" onanimationstart=\"{CALL}", f"\n\"\tonload\n=\n{CALL}", f"asset:\" onerror={CALL} x=\"",
    f"]]><script>{CALL}</script>", f"</title><script>{CALL}</script>", f"\u2028\"><script>{CALL}</script>",
]  # fmt: skip

STYLES = [
    f"x\"><script>{CALL}</script>", f"heading 1\" onclick=\"{CALL}", f"expression({CALL})", f"url(javascript:{CALL})",
    f"</style><script>{CALL}</script>", f"p => script:fresh {CALL}", f"r[style-name='x'] => a.{CALL}", f"\\\"{CALL}", f"'];{CALL}//",
    f"@import 'javascript:{CALL}'",
]  # fmt: skip

NAMES = [
    f"<script>{CALL}</script>", f"\"><img src=x onerror={CALL}>", f"' onclick='{CALL}' x='", f"</title><script>{CALL}</script>",
    f"{{{{{CALL}}}}}", f"{{% {CALL} %}}", f"\" autofocus onfocus=\"{CALL}", f"--><script>{CALL}</script>", f"javascript:{CALL}",
    f"<svg onload={CALL}>.png", f"a.pdf\" onmouseover=\"{CALL}", f"&lt;img src=x onerror={CALL}&gt;", f"`{CALL}`", f"${{{CALL}}}",
    f"</script><script>{CALL}</script>", f"a onload={CALL} ", f"<!--{CALL}-->", f"]]>{CALL}", f"<a href=javascript:{CALL}>x",
    f"<iframe src=javascript:parent.{CALL}>", f"%3Cscript%3E{CALL}%3C/script%3E", f"\\x3cscript\\x3e{CALL}", f"<x onclick={CALL}>",
    f"\"onload=\"{CALL}", f"<marquee onstart={CALL}>",
]  # fmt: skip
