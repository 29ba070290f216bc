package io.lesnode.chain.blocks;

import io.lesnode.chain.consensus.ConsensusRules;
import io.lesnode.chain.consensus.HeaderSource;
import io.lesnode.chain.consensus.InvalidBlockException;
import io.lesnode.chain.state.TrieState;
import io.lesnode.chain.trie.DerivedRoots;
import io.lesnode.evm.BlockContext;
import io.lesnode.evm.ExecutionResult;
import io.lesnode.evm.TransactionExecutor;
import io.lesnode.evm.TransactionRejectedException;
import io.lesnode.evm.state.JournaledState;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.Block;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.EmptyHashes;
import io.lesnode.primitives.InvalidSignatureException;
import io.lesnode.primitives.LogsBloom;
import io.lesnode.primitives.Receipt;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.Withdrawal;
import io.lesnode.primitives.config.ChainConfig;
import io.lesnode.primitives.config.Fork;
import java.util.ArrayList;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * Executes blocks: state in, receipts and changed state out. Thread-safe; the state belongs to the
 * caller's thread.
 *
 * <p>Reference: geth core/state_processor.go, core/block_validator.go; EIP-4788, EIP-4895.
 */
public final class BlockProcessor {
  private static final Address BEACON_ROOTS =
      Address.fromHex("0x000f3df6d732807ef1319fb7b8bb8522d0beac02");
  private static final UInt256 GWEI = UInt256.valueOf(1_000_000_000L);

  private final ChainConfig config;
  private final ConsensusRules rules;
  private final TransactionExecutor executor;

  /** Creates a processor of the blocks of one chain. */
  public BlockProcessor(ChainConfig config, ConsensusRules rules, TransactionExecutor executor) {
    this.config = config;
    this.rules = rules;
    this.executor = executor;
  }

  /**
   * Executes a block whose header and body were verified, and compares what comes out with its
   * header.
   *
   * @param parentState the state after the parent; not to be used afterwards
   * @throws InvalidBlockException naming the field, what the block says and what was computed
   */
  ProcessedBlock process(Block block, TrieState parentState, HeaderSource ancestors) {
    BlockHeader header = block.header();
    Execution execution = begin(header, rules.author(header), parentState, ancestors);
    List<Transaction> transactions = block.body().transactions();
    for (int i = 0; i < transactions.size(); i++) {
      try {
        execution.execute(transactions.get(i));
      } catch (TransactionRejectedException | InvalidSignatureException refusal) {
        throw new InvalidBlockException(
            "could not apply tx "
                + i
                + " ["
                + transactions.get(i).hash()
                + "]: "
                + refusal.getMessage());
      }
    }
    execution.end(block.body().ommers(), block.body().withdrawals());
    if (execution.gasUsed != header.gasUsed()) {
      throw mismatch("gas used", Long.toUnsignedString(header.gasUsed()), execution.gasUsed);
    }
    LogsBloom bloom = execution.bloom();
    if (!bloom.equals(header.logsBloom())) {
      throw mismatch("bloom", header.logsBloom().bytes(), bloom.bytes());
    }
    Bytes32 receiptsRoot = execution.receiptsRoot();
    if (!receiptsRoot.equals(header.receiptsRoot())) {
      throw mismatch("receipt root hash", header.receiptsRoot(), receiptsRoot);
    }
    ProcessedBlock processed = execution.result();
    if (!processed.stateRoot().equals(header.stateRoot())) {
      throw mismatch("merkle root", header.stateRoot(), processed.stateRoot());
    }
    return processed;
  }

  private static InvalidBlockException mismatch(String field, Object declared, Object computed) {
    return new InvalidBlockException(
        "invalid " + field + " (remote: " + declared + " local: " + computed + ")");
  }

  /**
   * Begins a block, of which the header may still lack what execution will fill in: this is how
   * blocks are made too.
   */
  Execution begin(
      BlockHeader header, Address author, TrieState parentState, HeaderSource ancestors) {
    return new Execution(header, author, parentState, ancestors);
  }

  /** One block under execution. Confined to one thread. */
  final class Execution {
    private final BlockHeader header;
    private final Fork fork;
    private final BlockContext context;
    private final TrieState state;
    private final List<Receipt> receipts = new ArrayList<>();
    private JournaledState journal;
    private long gasUsed;

    private Execution(BlockHeader header, Address author, TrieState state, HeaderSource ancestors) {
      this.header = header;
      this.state = state;
      this.fork = config.forkAt(header.number(), header.timestamp(), header.difficulty());
      this.context = BlockContexts.of(config, header, author, ancestors);
      this.journal = new JournaledState(state);
      if (config.isDaoFork(header.number())) {
        DaoDrain.apply(journal);
        journal.finishTransaction(fork);
      }
      Bytes32 beaconRoot = header.parentBeaconBlockRoot();
      if (beaconRoot != null && fork.isAtLeast(Fork.CANCUN)) {
        executor.systemCall(BEACON_ROOTS, beaconRoot, context, journal);
      }
    }

    /**
     * Executes the next transaction.
     *
     * @throws TransactionRejectedException if it may not be in the block; nothing has changed
     */
    void execute(Transaction transaction) throws TransactionRejectedException {
      ExecutionResult result =
          executor.execute(transaction, context, journal, header.gasLimit() - gasUsed);
      gasUsed += result.gasUsed();
      if (fork.isAtLeast(Fork.BYZANTIUM)) {
        receipts.add(
            Receipt.withStatus(transaction.type(), result.succeeded(), gasUsed, result.logs()));
      } else {
        state.apply(journal.changes());
        journal = new JournaledState(state);
        receipts.add(Receipt.withPostState(state.rootHash(), gasUsed, result.logs()));
      }
    }

    /** Pays rewards and withdrawals. */
    void end(List<BlockHeader> ommers, @Nullable List<Withdrawal> withdrawals) {
      for (ConsensusRules.Reward reward : rules.rewards(header, ommers)) {
        journal.addBalance(reward.address(), reward.amountWei());
      }
      if (withdrawals != null) {
        for (Withdrawal withdrawal : withdrawals) {
          UInt256 amountGwei = UInt256.fromBytes(Bytes.ofUnsignedLong(withdrawal.amountGwei()));
          journal.addBalance(withdrawal.address(), amountGwei.multiply(GWEI));
        }
      }
      journal.finishTransaction(fork);
      state.apply(journal.changes());
    }

    long gasUsed() {
      return gasUsed;
    }

    LogsBloom bloom() {
      return receipts.isEmpty()
          ? LogsBloom.EMPTY
          : LogsBloom.union(receipts.stream().map(Receipt::bloom).toList());
    }

    Bytes32 receiptsRoot() {
      return receipts.isEmpty() ? EmptyHashes.TRIE_ROOT : DerivedRoots.receipts(receipts);
    }

    /** Returns all that came out; to be called once, after {@link #end}. */
    ProcessedBlock result() {
      return new ProcessedBlock(List.copyOf(receipts), gasUsed, state.commit());
    }
  }
}
