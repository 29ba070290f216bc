package io.lesnode.les.server;

import io.lesnode.chain.store.ServerStore;
import java.nio.file.Path;
import org.apache.tuweni.bytes.Bytes32;

/** A process that adds balances, saying each once it is acknowledged, until it is killed. */
final class BalanceSeller {

  private BalanceSeller() {}

  /** The first argument is the folder of the balances. */
  public static void main(String[] arguments) {
    ServerStore store = ServerStore.open(Path.of(arguments[0]));
    LesServer server =
        LesServer.start(
            LesServerConfig.of(9, 100, 10),
            new FakeServedChain(),
            SimServer.NO_POOL,
            SimServer.NODE_KEY,
            store);
    for (int i = 0; ; i++) {
      Bytes32 id = SimClient.nodeId(i % 7).hash();
      BalanceChange change = server.addBalance(id, 1_000_000_000L + i);
      System.out.println(id.toUnprefixedHexString() + " " + change.newBalance());
    }
  }
}
