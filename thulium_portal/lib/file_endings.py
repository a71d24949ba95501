"""Endings of the files that an office sends."""

USUAL_ENDINGS = [
    *("pdf", "doc", "docx", "dot", "dotx", "odt", "ott", "rtf", "txt", "md", "xps", "epub"),
    *("xls", "xlsx", "xlt", "xltx", "ods", "ots", "csv", "tsv", "ppt", "pptx", "pps", "ppsx"),
    *("odp", "odg", "jpg", "jpeg", "jfif", "png", "gif", "webp", "bmp", "tif", "tiff", "heic"),
    *("heif", "avif", "xml", "json", "log", "zip", "7z", "rar", "gz", "mp3", "m4a", "wav"),
    *("ogg", "oga", "opus", "aac", "flac", "amr", "wma", "mp4", "m4v", "mov", "avi", "mkv"),
    *("webm", "wmv", "mpg", "mpeg", "3gp", "eml", "msg", "ics", "vcf", "p7s", "p7m", "p7b"),
    *("sig", "asc", "asice", "xades", "cer", "crt", "pem", "dwg", "dxf", "gpx", "kml"),
    # Asked about before they are sent, since they can carry macros.
    *("docm", "dotm", "xlsm", "xltm", "xlsb", "xlam", "pptm", "potm", "ppsm", "ppam"),
]
"""What may be attached unless the settings say otherwise; programs are among none of them."""
