"""The only code that opens sockets: `web` asks the web, `saved` a folder or nobody, `cached` both.

`preview` serves the recruiter's page to this machine. Nothing is imported here, so that what needs
saved documents only does not load what the web takes.
"""
