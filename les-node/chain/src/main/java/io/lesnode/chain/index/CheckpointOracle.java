package io.lesnode.chain.index;

import io.lesnode.chain.blocks.Blockchain;
import io.lesnode.chain.store.StoreException;
import io.lesnode.evm.CallExecutor;
import io.lesnode.evm.ExecutionResult;
import io.lesnode.evm.Message;
import io.lesnode.evm.TransactionRejectedException;
import io.lesnode.evm.interpreter.Cancellation;
import io.lesnode.evm.interpreter.CodeCache;
import io.lesnode.evm.state.JournaledState;
import io.lesnode.evm.state.MissingStateException;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.BlockHeader;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the oracle's contract on our own chain once a minute, on a thread of its own. What is
 * registered there counts only where it is the checkpoint that this node computed itself.
 *
 * <p>Thread-safe; asking never waits. Reference: geth v1.10.26, les/checkpointoracle/oracle.go.
 */
public final class CheckpointOracle implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(CheckpointOracle.class);
  private static final long REFRESH_SECONDS = 60;
  private static final long GAS_LIMIT = 1_000_000;
  private static final long CODE_CACHE_BYTES = 1 << 20;
  private static final int WORD = Bytes32.SIZE;

  /** GetLatestCheckpoint(), which returns index, hash and height. */
  private static final Bytes GET_LATEST_CHECKPOINT = Bytes.fromHexString("0x4d6a304c");

  private final Address contract;
  private final Blockchain chain;
  private final Checkpoints checkpoints;
  private final CallExecutor executor;
  private final ScheduledExecutorService clock;
  private volatile Optional<RegisteredCheckpoint> registered = Optional.empty();

  CheckpointOracle(Address contract, Blockchain chain, Checkpoints checkpoints) {
    this.contract = contract;
    this.chain = chain;
    this.checkpoints = checkpoints;
    this.executor = new CallExecutor(chain.config().chainId(), new CodeCache(CODE_CACHE_BYTES));
    this.clock =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("checkpoint-oracle").factory());
  }

  /** Starts; the chain stays open until after {@link #close}. */
  public static CheckpointOracle start(
      OracleConfig config, Blockchain chain, Checkpoints checkpoints) {
    CheckpointOracle oracle = new CheckpointOracle(config.contract(), chain, checkpoints);
    var unused = // refresh() handles its failures
        oracle.clock.scheduleWithFixedDelay(oracle::refresh, 0, REFRESH_SECONDS, TimeUnit.SECONDS);
    return oracle;
  }

  /** Asks soon, because another section is finished; to be called before {@link #close}. */
  public void refreshSoon() {
    clock.execute(this::refresh);
  }

  /** What was registered and is right, as of the last minute. */
  public Optional<RegisteredCheckpoint> registered() {
    return registered;
  }

  /** Where the contract is. */
  public Address contract() {
    return contract;
  }

  void refresh() {
    try {
      Optional<RegisteredCheckpoint> found = read(chain.head().header());
      if (!found.equals(registered)) {
        LOG.info("Checkpoint registered with the oracle {}: {}", contract, found);
      }
      registered = found;
    } catch (TransactionRejectedException | MissingStateException e) {
      LOG.warn("Cannot ask the checkpoint oracle {}: {}", contract, e.getMessage());
      registered = Optional.empty();
    } catch (StoreException.Closed e) {
      LOG.debug("The store is closed, the checkpoint oracle ends");
    } catch (RuntimeException e) {
      LOG.error("Cannot ask the checkpoint oracle {}", contract, e);
      registered = Optional.empty();
    }
  }

  private Optional<RegisteredCheckpoint> read(BlockHeader head)
      throws TransactionRejectedException {
    ExecutionResult result =
        executor.call(
            Message.call(Address.ZERO, contract, GAS_LIMIT, UInt256.ZERO, GET_LATEST_CHECKPOINT),
            chain.contextOf(head),
            new JournaledState(chain.stateAfter(head)),
            new Cancellation());
    Bytes words = result.returnData();
    if (!result.succeeded() || words.size() < 3 * WORD) {
      return Optional.empty();
    }
    UInt256 index = UInt256.fromBytes(words.slice(0, WORD));
    Bytes32 hash = Bytes32.wrap(words, WORD);
    UInt256 height = UInt256.fromBytes(words.slice(2 * WORD, WORD));
    if (!index.fitsLong() || !height.fitsLong() || hash.isZero()) {
      return Optional.empty();
    }
    return checkpoints
        .get(index.toLong())
        .filter(checkpoint -> checkpoint.hash().equals(hash))
        .map(checkpoint -> new RegisteredCheckpoint(checkpoint, height.toLong()));
  }

  /** Stops reading. */
  @Override
  public void close() {
    clock.close();
  }
}
