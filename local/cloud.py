"""An emulator that Foyer can be deployed to: ministack with what it lacks, and functions run as Lambda runs them.

What it lacks is API Gateway's import and overwriting of an API from Swagger, which is how Chalice makes and updates
one, CloudFormation's taking over of a bucket that exists, and whose identity a mail is sent from. Functions run as the
package they were given, under ``awslambdaric`` in an interpreter that has nothing else, with the rights of their role.
``python -m local.cloud`` is the process.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import threading
import zipfile
from pathlib import Path
from typing import Any, ClassVar

from local import emulator
from local.emulator import Emulator
from local.lambda_runtime import Function, HandlerFailure, RuntimeFailure, interpreter

_MAIL = {name: os.environ[name] for name in ("AWS_ENDPOINT_URL_SESV2",) if name in os.environ}
"""Where mail goes instead of the emulator, when somebody wants to see it whole."""


class Cloud(Emulator):
    """One such process; nothing of it outlives a stop."""

    module: ClassVar[str] = "local.cloud"

    def _environment(self) -> dict[str, str]:
        (self.directory / "functions").mkdir(exist_ok=True)
        return {
            **super()._environment(),
            "SERVICES": f"{emulator.SERVICES},apigateway,events,lambda",
            "FUNCTIONS_DIR": str(self.directory / "functions"),
        }


class Apis:
    """What ministack's API Gateway lacks."""

    def __init__(self, gateway: Any) -> None:
        """Take ministack's module, and answer in its place what it does not know."""
        self._gateway = gateway
        self._stock = gateway.handle_request
        gateway.handle_request = self.handle

    async def handle(self, method: str, path: str, headers: Any, body: bytes, query: dict[str, Any]) -> Any:
        """Answer ImportRestApi and PutRestApi; leave the rest to ministack."""
        match method, path.strip("/").split("/"):
            case "POST", ["restapis"] if "mode" in query:
                return self._import(json.loads(body))
            case "PUT", ["restapis", api]:
                return self._overwrite(api, json.loads(body))
        return await self._stock(method, path, headers, body, query)

    def _import(self, swagger: dict[str, Any]) -> Any:
        gateway = self._gateway
        wanted = {"binaryMediaTypes": swagger.get("x-amazon-apigateway-binary-media-types", [])}
        api = gateway._import_rest_api(swagger, wanted)
        return gateway._v1_response(gateway._rest_api_view(gateway._rest_apis[api]), 201)

    def _overwrite(self, api: str, swagger: dict[str, Any]) -> Any:
        gateway = self._gateway
        (root,) = (one for one in gateway._resources[api].values() if one["path"] == "/")
        root["resourceMethods"] = {}
        gateway._resources[api] = {root["id"]: root}
        gateway._gateway_responses[api] = {}
        for path, item in swagger["paths"].items():
            gateway._import_path_item(api, path, item)
        return gateway._v1_response(gateway._rest_api_view(gateway._rest_apis[api]))


class Functions:
    """Runs the functions that were uploaded."""

    def __init__(self, lambdas: Any, credentials: Any, directory: Path, endpoint: str) -> None:
        """Take ministack's module, and run functions in its place."""
        self._credentials, self._directory, self._endpoint = credentials, directory, endpoint
        self._python: Path | None = None
        self._running: dict[str, tuple[str, Function]] = {}
        self._lock = threading.Lock()
        self._lambdas = lambdas
        lambdas._execute_function_warm = self.execute
        lambdas._schedule_state_transition = self.ready

    def execute(self, function: dict[str, Any], event: Any, request_id: str) -> dict[str, Any]:
        """Run a function once; answer as ministack's own executors do."""
        del request_id
        try:
            return {"body": self._function(function).invoke(event)}
        except HandlerFailure as failure:
            return {"body": {"errorType": failure.kind, "errorMessage": str(failure)}, "error": True}
        except RuntimeFailure as failure:
            return {"body": {"errorType": "Runtime.ExitError", "errorMessage": str(failure)}, "error": True}

    def ready(self, name: str, _delay: float) -> None:
        """Let a function be ready as soon as it is made or changed; on AWS, Chalice waits some seconds for it."""
        self._lambdas._functions[name]["config"].update(State="Active", LastUpdateStatus="Successful")

    def _function(self, function: dict[str, Any]) -> Function:
        """Return the function's process, which is a new one after each change of code or settings."""
        config, code = function["config"], function["code_zip"]
        name = config["FunctionName"]
        settings = [config["CodeSha256"], config["Handler"], config.get("Environment"), config["Timeout"]]
        version = hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()
        with self._lock:
            if name in self._running and self._running[name][0] == version:
                return self._running[name][1]
            if name in self._running:
                self._running.pop(name)[1].stop()
            task = self._directory / hashlib.sha256(code).hexdigest()[:16]
            if not task.exists():
                zipfile.ZipFile(io.BytesIO(code)).extractall(task)
            if self._python is None:
                self._python = interpreter(self._directory / "python")
            region = config["FunctionArn"].split(":")[3]
            environment = {
                "AWS_REGION": region,
                "AWS_DEFAULT_REGION": region,
                **config.get("Environment", {}).get("Variables", {}),
                **self._credentials(config),
                "AWS_ENDPOINT_URL": self._endpoint,
                **_MAIL,
            }
            made = Function(
                self._python,
                task,
                config["Handler"],
                environment,
                name=name,
                memory=config["MemorySize"],
                timeout=config["Timeout"],
            )
            self._running[name] = version, made
            return made


def main() -> None:
    """Be the emulator until stopped."""
    from ministack.core import iam_actions, lambda_runtime
    from ministack.services import apigateway_v1, lambda_svc
    from ministack.services.cloudformation import provisioners

    Apis(apigateway_v1)
    # AWS asks for the right to send as the identity that a mail is from.
    iam_actions._SES_V2_RESOURCES["outbound-emails"] = ("identity", "FromEmailAddress")
    # Its check before a stack is made does not know that a bucket is to be taken over.
    provisioners.s3_bucket_name_conflict = lambda _name: None
    endpoint = f"http://127.0.0.1:{os.environ['GATEWAY_PORT']}"
    directory = Path(os.environ["FUNCTIONS_DIR"])
    Functions(lambda_svc, lambda_runtime.execution_credentials, directory, endpoint)
    emulator.main()


if __name__ == "__main__":
    main()
