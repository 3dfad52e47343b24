"""Templates, compiled once for all the houses of a test run: the product has one house, a test makes its own."""

from __future__ import annotations

from types import CodeType

from jinja2.bccache import Bucket, BytecodeCache


class _CompiledOnce(BytecodeCache):
    def __init__(self) -> None:
        self._code: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._code.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code
        self._code[bucket.key, bucket.checksum] = bucket.code


COMPILED = _CompiledOnce()
