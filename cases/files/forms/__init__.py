"""The official forms (附表1, 附表2) read back from Word files, as teachers and units fill them in; knows no models.

`labels` knows what the forms' heads are called, `grid` the tables of a file, `information_sheet` and `contact_sheet`
what stands where, `opening` the gate before them. All of it runs in a child process: `reading` is the way in.
"""
