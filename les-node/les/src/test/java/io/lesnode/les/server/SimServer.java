package io.lesnode.les.server;

import io.lesnode.flowcontrol.cost.RequestKind;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.crypto.KeyPair;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.ToLongFunction;
import org.apache.tuweni.bytes.Bytes32;

/** A server on the manual clock, with simulated workers, that remembers what it is given. */
final class SimServer {

  /** A pool that takes nothing. */
  static final TransactionRelay NO_POOL =
      new TransactionRelay() {
        @Override
        public long status(Bytes32 hash) {
          return 0;
        }

        @Override
        public Optional<String> add(Transaction transaction) {
          return Optional.of("refused");
        }
      };

  static final KeyPair NODE_KEY = KeyPair.ofSecret(Bytes32.fromHexStringLenient("0x7"));

  final ManualLoop loop;
  final ServedChain chain;
  final ServerState state;
  final AdminDesk desk;

  private SimServer(
      LesServerConfig config,
      ServedChain chain,
      TransactionRelay pool,
      ManualLoop loop,
      ServerMemory memory,
      Remembered remembered,
      ToLongFunction<RequestKind> servingNanos) {
    this.loop = loop;
    this.chain = chain;
    WorkerPool workers =
        SimWorkers.pool(
            new RequestServer(chain, pool), loop, servingNanos, config.servePercent(), 1);
    state =
        new ServerState(
            config,
            new ServerState.Parts(
                chain,
                loop,
                workers,
                memory,
                remembered,
                NODE_KEY,
                InstantSource.fixed(Instant.EPOCH),
                new SplittableRandom(1)));
    state.start();
    desk = new AdminDesk(state);
    chain.subscribe(new HeadWatch(chain, source -> loop.execute(() -> state.onNews(source))));
    chain.subscribeImports(busy -> loop.execute(() -> state.setImporting(busy)));
  }

  static SimServer of(
      LesServerConfig config,
      ServedChain chain,
      TransactionRelay pool,
      ToLongFunction<RequestKind> servingNanos) {
    return new SimServer(
        config, chain, pool, new ManualLoop(), ServerMemory.NONE, Remembered.NOTHING, servingNanos);
  }

  static SimServer of(
      LesServerConfig config,
      ServedChain chain,
      ManualLoop loop,
      ToLongFunction<RequestKind> servingNanos) {
    return new SimServer(
        config, chain, NO_POOL, loop, ServerMemory.NONE, Remembered.NOTHING, servingNanos);
  }

  static SimServer of(LesServerConfig config, ServedChain chain, ManualLoop loop) {
    return new SimServer(
        config, chain, NO_POOL, loop, ServerMemory.NONE, Remembered.NOTHING, kind -> 50_000);
  }

  static SimServer of(
      LesServerConfig config, ServedChain chain, ServerMemory memory, Remembered remembered) {
    return new SimServer(
        config, chain, NO_POOL, new ManualLoop(), memory, remembered, kind -> 50_000);
  }
}
