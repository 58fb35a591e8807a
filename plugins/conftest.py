"""The browser that all tests share."""

pytest_plugins = ["tests.e2e.browser"]
