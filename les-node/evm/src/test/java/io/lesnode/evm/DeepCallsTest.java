package io.lesnode.evm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lesnode.evm.interpreter.Cancellation;
import io.lesnode.evm.interpreter.ExecutionCancelledException;
import io.lesnode.evm.state.Word;
import io.lesnode.primitives.config.Fork;
import java.util.concurrent.CompletableFuture;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;

/** Depth and duration: what must not depend on Java's stack, and what must be stoppable. */
class DeepCallsTest {

  @Test
  void aThousandNestedCallsFitASmallStack() throws InterruptedException {
    // slot 0 counts the calls; then CALL(gas - 20000, self): the rules before EIP-150 give it all
    String countThenRecurse =
        "0x600160005401600055" + "6000600060006000600062" + "0c0de1" + "614e205a03f1";
    World world = new World(Fork.FRONTIER).code(World.CONTRACT, countThenRecurse);
    CompletableFuture<ExecutionResult> result = new CompletableFuture<>();

    Thread small =
        new Thread(
            null,
            () -> {
              try {
                result.complete(world.call("0x", 100_000_000));
              } catch (RuntimeException | StackOverflowError e) {
                result.completeExceptionally(e);
              }
            },
            "small stack",
            256 << 10);
    small.start();
    small.join();

    assertThat(result.join().failure()).isNull();
    assertThat(world.state.storage(World.CONTRACT, Word.ZERO)).isEqualTo(Word.of(1025));
  }

  @Test
  void aCallThatNeverEndsCanBeCancelled() {
    World world = new World(Fork.LONDON).code(World.CONTRACT, "0x5b600056");
    Cancellation cancellation = new Cancellation();
    cancellation.cancel();
    Message endless =
        Message.call(World.CALLER, World.CONTRACT, Long.MAX_VALUE, UInt256.ZERO, Bytes.EMPTY);

    assertThatThrownBy(() -> world.call(endless, cancellation))
        .isInstanceOf(ExecutionCancelledException.class);
  }
}
