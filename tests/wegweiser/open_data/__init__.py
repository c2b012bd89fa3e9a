from typing import Any

from jsonschema import Draft202012Validator


def faults(hsds: Draft202012Validator, services: list[dict[str, Any]]) -> list[str]:
    return [
        f"{each['name']}: {fault.json_path} {fault.message}" for each in services for fault in hsds.iter_errors(each)
    ]
