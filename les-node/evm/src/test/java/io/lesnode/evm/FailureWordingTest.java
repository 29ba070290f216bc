package io.lesnode.evm;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.evm.ExecutionFailure.Kind;
import io.lesnode.evm.interpreter.Cancellation;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.config.Fork;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every way for code to fail, in the words of geth v1.10.26 ({@code core/vm/errors.go}). */
class FailureWordingTest {

  @ParameterizedTest(name = "{0} {1} fails with {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "LONDON | 0x60006000fd | execution reverted",
        "LONDON | 0x5b600056 | out of gas",
        "LONDON | 0xfe | invalid opcode: INVALID",
        "LONDON | 0x0c | invalid opcode: opcode 0xc not defined",
        "LONDON | 0xef | invalid opcode: opcode 0xef not defined",
        "LONDON | 0x5f | invalid opcode: PUSH0",
        "LONDON | 0x5c | invalid opcode: opcode 0x5c not defined",
        "FRONTIER | 0x60006000fd | invalid opcode: REVERT",
        "FRONTIER | 0xf4 | invalid opcode: DELEGATECALL",
        "BYZANTIUM | 0x1b | invalid opcode: SHL",
        "BERLIN | 0x48 | invalid opcode: BASEFEE",
        "LONDON | 0x600056 | invalid jump destination",
        "LONDON | 0x605b600156 | invalid jump destination",
        "LONDON | 0x01 | stack underflow (0 <=> 2)",
        "LONDON | 0x600190 | stack underflow (1 <=> 2)",
        "LONDON | 0x8f | stack underflow (0 <=> 16)",
        "LONDON | 0x5b6001600056 | stack limit reached 1024 (1023)",
        "LONDON | 0x60206000600e3e | return data out of bounds",
        "LONDON | 0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff51 | gas uint64 overflow",
        "LONDON | 0x67ffffffffffffffff51 | gas uint64 overflow",
        "LONDON | 0x661fffffffffffff51 | out of gas"
      })
  void halts(Fork fork, String code, String message) {
    ExecutionResult result = new World(fork).code(World.CONTRACT, code).call("0x");

    assertThat(result.failure()).isNotNull();
    assertThat(result.failure().message()).isEqualTo(message);
    if (!(result.failure() instanceof ExecutionFailure.Revert)) {
      assertThat(result.gasUsed()).isEqualTo(World.GAS);
    }
  }

  @Test
  void memoryEndsAtTwoGibibytesWhateverTheGas() {
    // MLOAD(2^31)
    ExecutionResult result =
        new World(Fork.LONDON).code(World.CONTRACT, "0x638000000051").call("0x", Long.MAX_VALUE);

    assertThat(result.failure()).isEqualTo(ExecutionFailure.Halt.of(Kind.OUT_OF_GAS));
  }

  @Test
  void revertKeepsGasAndGivesItsData() {
    // MSTORE(0, 0x2a); REVERT(0, 32)
    ExecutionResult result =
        new World(Fork.LONDON).code(World.CONTRACT, "0x602a60005260206000fd").call("0x");

    assertThat(result.failure()).isEqualTo(new ExecutionFailure.Revert(result.returnData()));
    assertThat(result.returnData().toUnsignedBigInteger().intValue()).isEqualTo(0x2a);
    assertThat(result.gasUsed()).isEqualTo(21000 + 3 * 4 + 3 + 3);
  }

  @Test
  void staticCallsMustNotWrite() {
    // the callee's failure shows as zero on the caller's stack: return it
    World world =
        new World(Fork.LONDON)
            .code(World.OTHER, "0x6001600055")
            .code(World.CONTRACT, "0x600060006000600062" + "0c0de2" + "5afa60005260206000f3");

    assertThat(world.call("0x").returnData().isZero()).isTrue();
  }

  @ParameterizedTest(name = "init code {0} fails with {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "0x60ef60005360016000f3 | invalid code: must not begin with 0xef",
        "0x6160016000f3 | max code size exceeded",
        "0x6160006000f3 | contract creation code storage out of gas"
      })
  void creations(String initCode, String wording) {
    Message creation =
        Message.call(World.CALLER, null, World.GAS, UInt256.ZERO, Bytes.fromHexString(initCode));

    ExecutionResult result = new World(Fork.LONDON).call(creation, new Cancellation());

    assertThat(result.failure()).isNotNull();
    assertThat(result.failure().message()).isEqualTo(wording);
    assertThat(result.createdAddress()).isNotNull();
    assertThat(result.gasUsed()).isEqualTo(World.GAS);
  }

  @Test
  void aTakenAddressIsACollision() {
    World world = new World(Fork.LONDON);
    Message creation = Message.call(World.CALLER, null, World.GAS, UInt256.ZERO, Bytes.EMPTY);
    Address target = world.call(creation, new Cancellation()).createdAddress();

    World taken = new World(Fork.LONDON);
    taken.state.setNonce(target, 1);
    ExecutionResult result = taken.call(creation, new Cancellation());

    assertThat(result.failure()).isNotNull();
    assertThat(result.failure().message()).isEqualTo("contract address collision");
  }
}
