package io.lesnode.chain.seal;

import io.lesnode.chain.blocks.BlockMaker;
import io.lesnode.chain.blocks.Blockchain;
import io.lesnode.chain.blocks.Subscription;
import io.lesnode.chain.consensus.CliqueRules;
import io.lesnode.chain.pool.TxPool;
import io.lesnode.primitives.Block;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.crypto.KeyPair;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.tuweni.bytes.Bytes;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Seals a dev chain as its only signer. With a period of 0 a block is made whenever the pool has
 * executable transactions, and never an empty one; otherwise one every period. Confined to the
 * executor, which runs one task at a time.
 *
 * <p>Reference: geth {@code --dev}, consensus/clique Seal.
 */
public final class DevSealer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DevSealer.class);
  private static final Bytes VANITY = Bytes.wrap("les-node".getBytes(StandardCharsets.US_ASCII));

  private final Blockchain chain;
  private final TxPool pool;
  private final CliqueRules rules;
  private final KeyPair signer;
  private final InstantSource clock;
  private final ScheduledExecutorService executor;
  private final BlockMaker maker;
  private @Nullable Subscription poolSubscription;
  private @Nullable ScheduledFuture<?> periodic;

  /**
   * Creates a sealer; nothing happens before {@link #start} or {@link #sealNext}.
   *
   * @param signer must be the signer of the genesis
   * @param executor one thread of the caller's
   * @throws IllegalArgumentException if the chain is not a clique chain
   */
  public DevSealer(
      Blockchain chain,
      TxPool pool,
      KeyPair signer,
      ScheduledExecutorService executor,
      InstantSource clock) {
    if (!(chain.rules() instanceof CliqueRules clique)) {
      throw new IllegalArgumentException("a dev chain is a clique chain, this one is not");
    }
    this.chain = chain;
    this.pool = pool;
    this.rules = clique;
    this.signer = signer;
    this.executor = executor;
    this.clock = clock;
    this.maker = new BlockMaker(chain);
  }

  /** Begins to seal: on demand, or every period. */
  public void start() {
    long periodSeconds = rules.periodSeconds();
    if (periodSeconds == 0) {
      poolSubscription = pool.onExecutable(transactions -> executor.execute(this::sealWhatThereIs));
      executor.execute(this::sealWhatThereIs);
    } else {
      periodic =
          executor.scheduleAtFixedRate(
              this::sealWhatThereIs, periodSeconds, periodSeconds, TimeUnit.SECONDS);
    }
  }

  private void sealWhatThereIs() {
    try {
      Block sealed = sealNext();
      while (sealed != null && rules.periodSeconds() == 0) {
        sealed = sealNext();
      }
    } catch (RuntimeException e) {
      // the boundary of the sealing thread: the next transaction or period tries again
      LOG.error("Sealing failed; the next block will be tried", e);
    }
  }

  /**
   * Makes, seals and imports the next block.
   *
   * @return null if there is nothing to seal (period 0 and no transaction fits), or the signer may
   *     not sign yet
   */
  public @Nullable Block sealNext() {
    BlockHeader parent = chain.head().header();
    if (!rules.maySeal(parent, signer.address(), chain)) {
      return null;
    }
    BlockHeader draft =
        rules
            .prepare(
                maker.draft(parent),
                parent,
                signer.address(),
                VANITY,
                clock.instant().getEpochSecond(),
                chain)
            .build();
    Block unsealed = maker.fill(draft, parent, signer.address(), pool.executable());
    if (rules.periodSeconds() == 0 && unsealed.body().transactions().isEmpty()) {
      return null;
    }
    Block sealed = new Block(CliqueRules.seal(unsealed.header(), signer), unsealed.body());
    chain.importBlock(sealed);
    LOG.info(
        "Sealed block {} ({}) with {} transactions",
        sealed.number(),
        sealed.hash(),
        sealed.body().transactions().size());
    return sealed;
  }

  /** Makes no further block; one under way is finished. The executor stays the caller's. */
  @Override
  public void close() {
    if (poolSubscription != null) {
      poolSubscription.close();
    }
    if (periodic != null) {
      periodic.cancel(false);
    }
  }
}
