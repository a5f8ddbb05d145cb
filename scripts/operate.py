"""Runs a command of `portal.operator` on a deployed stage: `python -m scripts.operate --stage test open-office …`."""

from __future__ import annotations

import argparse
import os
import sys

from scripts.deploy import deploy_parameters, outputs


def main() -> int:
    """Point the settings at the stage's stack, then run the command."""
    parser = argparse.ArgumentParser(description="Runs an operator's command against a deployed stage.")
    parser.add_argument("--stage", required=True, help="a section of samconfig.toml")
    given, command = parser.parse_known_args()
    parameters = deploy_parameters(given.stage)
    overrides = dict(pair.split("=", 1) for pair in parameters["parameter_overrides"].split())
    os.environ |= {
        "TABLE_NAME": outputs(parameters["stack_name"], parameters["region"])["TableName"],
        "STAGE": given.stage,
        "DOMAIN": overrides["Domain"],
        "MAIL_SENDER": overrides["MailSender"],
        "RELEASE": "operator",
        "WHITE_LIST_URL": "",
        "EXCHANGE_RATES_URL": "",
        "ORIGIN_SECRET": "",
        "CONFIGURATION_SET": "",
        "AWS_DEFAULT_REGION": parameters["region"],
    }
    from portal import operator  # noqa: PLC0415 - its settings stand only now

    return operator.main(command)


if __name__ == "__main__":
    sys.exit(main())
