"""The compiled loop that calls one inner loop after the other."""

from typing import Any

from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

POINTER = ir.IntType(8).as_pointer()
LOOP = ir.FunctionType(ir.VoidType(), [POINTER] * 4)


@intrinsic
def call_at(typing_context: Any, address: Any, args: Any, dimensions: Any, steps: Any, data: Any) -> Any:
    """Call `void loop(char **args, npy_intp *dimensions, npy_intp *steps, void *data)` at an address."""
    del typing_context, address, args, dimensions, steps, data
    signature = types.void(*[types.int64] * 5)

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        del signature
        address, *arguments = values
        function = builder.inttoptr(address, LOOP.as_pointer())
        builder.call(function, [builder.inttoptr(each, POINTER) for each in arguments])
        return context.get_dummy_value()

    return signature, generate


@njit("void(int64[:,::1])", cache=True)
def run_table(table: Any) -> None:
    """Call what each row of a table says: the address of a loop, those of its three arrays, and its data."""
    for row in range(table.shape[0]):
        call_at(table[row, 0], table[row, 1], table[row, 2], table[row, 3], table[row, 4])
