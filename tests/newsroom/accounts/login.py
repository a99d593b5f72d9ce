"""A browser that somebody logs in with, from an address of its own."""

from django.test import Client

RIGHT, WRONG = "correct horse battery", "a wild guess of somebody"
LOGIN = "/admin/login/"


class Browser:
    def __init__(self, address, **headers):
        self.client = Client(REMOTE_ADDR=address, headers=headers)

    def log_in(self, username, password=RIGHT, **more):
        values = {"username": username, "password": password, **more}
        return self.client.post(LOGIN, values)

    def guess(self, username, times=1):
        """Send so many wrong passwords; return the status of each answer."""
        return [self.log_in(username, WRONG).status_code for _time in range(times)]

    def log_out(self):
        self.client.post("/admin/logout/")


def elsewhere(number, network=1):
    """Return the address `number` of the network `network`, none of which is the owner's."""
    return f"198.51.{network}.{number}"
