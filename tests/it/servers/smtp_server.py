"""A mail server with STARTTLS, TLS and login, for tests/it/mail_tls.rs
and tests/it/certificates.rs.

Prints `PORT n` when it listens, then one line for every mail it takes.
It stops when its standard input closes.
"""

import argparse
import asyncio
import logging
import ssl
import sys
import warnings

from aiosmtpd.smtp import SMTP, AuthResult


# They speak about the test's own settings, and about clients that hang up.
logging.disable(logging.ERROR)
warnings.simplefilter("ignore")


class Handler:
    def __init__(self, is_always_tls):
        self.is_always_tls = is_always_tls

    async def handle_DATA(self, server, session, envelope):
        user = session.auth_data.login.decode() if session.authenticated else "-"
        tls = "yes" if session.ssl or self.is_always_tls else "no"
        size = len(envelope.content)
        print(f"MAIL tls={tls} user={user} to={envelope.rcpt_tos[0]} size={size}", flush=True)
        return "250 taken"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cert", required=True)
    parser.add_argument("--key", required=True)
    parser.add_argument("--mode", choices=["starttls", "smtps", "plain"], required=True)
    parser.add_argument("--port", type=int, default=0)
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

    def session():
        return SMTP(
            Handler(args.mode == "smtps"),
            hostname="localhost",
            tls_context=context if args.mode == "starttls" else None,
            require_starttls=args.mode == "starttls",
            enable_SMTPUTF8=True,
            **login,
        )

    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    implicit = context if args.mode == "smtps" else None
    server = loop.run_until_complete(loop.create_server(session, "127.0.0.1", args.port, ssl=implicit))
    print(f"PORT {server.sockets[0].getsockname()[1]}", flush=True)
    loop.run_until_complete(loop.run_in_executor(None, sys.stdin.read))


main()
