"""Addresses that no log may hold: as we make them, mistyped, and inside others."""

RECEIPT = "3f2b8c1e-0a4d-4e6f-9b7a-5c1d2e3f4a5b"
TOKEN = "cxyz12-0123456789abcdef0123456789abcdef"
PRIVATE = [
    f"/comments/receipt/{RECEIPT}/",
    f"/comments/receipt/{RECEIPT}/revise/",
    f"/comments/receipt/report/{RECEIPT}/",
    f"/COMMENTS/RECEIPT/{RECEIPT.upper()}/",
    f"/comments//receipt//{RECEIPT}/",
    f"/%63omments/receipt/{RECEIPT}/",
    f"/comments/receipt/{RECEIPT.replace('-', '%2D')}/",
    f"/comments/receipt/{RECEIPT[:-4]}",
    "/comments/receipt/anything/at/all/",
    f"/admin/login/?next=/comments/receipt/{RECEIPT}/",
    f"https://translate.example/?u=https%3A%2F%2Fnews.example%2Fcomments%2Freceipt%2F{RECEIPT}%2F",
    f"/admin/reset/MQ/{TOKEN}/",
    f"/admin/reset/MQ/{TOKEN}",
    f"/admin/reset//MQ/{TOKEN}/",
    f"/admin/rest/MQ/{TOKEN}/",
    f"/ADMIN/RESET/MQ/{TOKEN.upper()}/",
    f"/preview/{TOKEN}/",
    "/preview/anything",
    "/admin/articles/article/4711/preview/",
    "/admin/articles/edition/4711/preview/",
]
#: What must be found of none of them.
SECRETS = [RECEIPT[:13], TOKEN, "4711", "anything"]
