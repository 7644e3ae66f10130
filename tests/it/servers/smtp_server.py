"""A mail server with STARTTLS, TLS and login, for tests/it/mail.rs.

Prints `PORT n` when it listens, then one line for every mail it takes.
It stops when its standard input closes.
"""

import argparse
import ssl
import sys

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult


class Handler:
    async def handle_DATA(self, server, session, envelope):
        user = session.auth_data.login.decode() if session.authenticated else "-"
        tls = "yes" if session.ssl else "no"
        size = len(envelope.content)
        print(f"MAIL tls={tls} user={user} to={envelope.rcpt_tos[0]} size={size}", flush=True)
        return "250 taken"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cert", required=True)
    parser.add_argument("--key", required=True)
    parser.add_argument("--mode", choices=["starttls", "smtps", "plain"], required=True)
    parser.add_argument("--user")
    parser.add_argument("--password")
    args = parser.parse_args()

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(args.cert, args.key)

    def authenticate(server, session, envelope, mechanism, data):
        good = (data.login.decode(), data.password.decode()) == (args.user, args.password)
        return AuthResult(success=good, auth_data=data, handled=False if not good else True)

    login = {}
    if args.user:
        login = dict(
            authenticator=authenticate,
            auth_required=True,
            auth_require_tls=args.mode == "starttls",
        )

    class Server(Controller):
        def factory(self):
            starttls = context if args.mode == "starttls" else None
            return SMTP(
                self.handler,
                tls_context=starttls,
                require_starttls=args.mode == "starttls",
                enable_SMTPUTF8=True,
                **login,
            )

    implicit = context if args.mode == "smtps" else None
    server = Server(Handler(), hostname="127.0.0.1", port=0, ssl_context=implicit)
    # The controller probes its own port, which is not known yet for port 0.
    server._trigger_server = lambda: None
    server.start()
    print(f"PORT {server.server.sockets[0].getsockname()[1]}", flush=True)
    sys.stdin.read()
    server.stop()


main()
