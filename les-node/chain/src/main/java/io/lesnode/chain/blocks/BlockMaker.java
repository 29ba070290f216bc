package io.lesnode.chain.blocks;

import io.lesnode.chain.consensus.HeaderRules;
import io.lesnode.chain.trie.DerivedRoots;
import io.lesnode.evm.TransactionRejectedException;
import io.lesnode.evm.TransactionRejectedException.Reason;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.Block;
import io.lesnode.primitives.BlockBody;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.InvalidSignatureException;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.TransactionType;
import io.lesnode.primitives.config.Fork;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * Makes blocks out of waiting transactions: best tip first, each sender's in the order of nonces,
 * until the gas is used up. Stateless but for the chain; before the merge only.
 *
 * <p>Reference: geth miner/worker.go, core/types/transaction.go TransactionsByPriceAndNonce.
 */
public final class BlockMaker {
  /** geth's default of {@code --miner.gaslimit}: where the limit of new blocks moves to. */
  private static final long TARGET_GAS_LIMIT = 30_000_000;

  private static final long GAS_LIMIT_BOUND_DIVISOR = 1024;
  private static final long LEAST_TRANSACTION_GAS = 21_000;

  private final Blockchain chain;

  /** Creates a maker of blocks for a chain. */
  public BlockMaker(Blockchain chain) {
    this.chain = chain;
  }

  /**
   * Returns the fields of the next header that follow from its parent alone: gas limit, base fee.
   */
  public BlockHeader.Builder draft(BlockHeader parent) {
    long number = parent.number() + 1;
    BlockHeader.Builder draft = new BlockHeader.Builder().parentHash(parent.hash()).number(number);
    Fork fork = chain.config().forkAt(number, parent.timestamp(), false);
    boolean parentLondon =
        chain.config().forkAt(parent.number(), parent.timestamp(), false).isAtLeast(Fork.LONDON);
    long base = parent.gasLimit();
    if (fork.isAtLeast(Fork.LONDON)) {
      draft.baseFeePerGas(HeaderRules.nextBaseFee(chain.config(), parent));
      base = parentLondon ? base : base * HeaderRules.ELASTICITY_MULTIPLIER;
    }
    return draft.gasLimit(nextGasLimit(base));
  }

  private static long nextGasLimit(long parentLimit) {
    long step = parentLimit / GAS_LIMIT_BOUND_DIVISOR - 1;
    return parentLimit < TARGET_GAS_LIMIT
        ? Math.min(parentLimit + step, TARGET_GAS_LIMIT)
        : Math.max(parentLimit - step, TARGET_GAS_LIMIT);
  }

  /**
   * Executes what fits on top of a parent.
   *
   * @param draft the header but for what execution gives; its extra-data not yet sealed
   * @param author who gets the fees
   * @param waiting executable transactions by sender in the order of nonces
   * @return the block, unsealed
   */
  public Block fill(
      BlockHeader draft,
      BlockHeader parent,
      Address author,
      Map<Address, List<Transaction>> waiting) {
    BlockProcessor.Execution execution =
        chain.processor().begin(draft, author, chain.stateAfter(parent), chain);
    List<Transaction> included = new ArrayList<>();
    PriorityQueue<Deque<Transaction>> senders =
        new PriorityQueue<>(
            Comparator.comparing(
                    (Deque<Transaction> queue) -> tip(queue.element(), draft.baseFeePerGas()))
                .reversed());
    waiting.values().stream()
        .filter(transactions -> !transactions.isEmpty())
        .forEach(transactions -> senders.add(new ArrayDeque<>(transactions)));
    while (!senders.isEmpty() && draft.gasLimit() - execution.gasUsed() >= LEAST_TRANSACTION_GAS) {
      Deque<Transaction> sender = senders.remove();
      Transaction next = sender.remove();
      boolean goesOn;
      try {
        execution.execute(next);
        included.add(next);
        goesOn = true;
      } catch (TransactionRejectedException refusal) {
        // one that the chain has already; anything else keeps its sender out of this block
        goesOn = refusal.reason() == Reason.NONCE_TOO_LOW;
      } catch (InvalidSignatureException refusal) {
        goesOn = false;
      }
      if (goesOn && !sender.isEmpty()) {
        senders.add(sender);
      }
    }
    execution.end(List.of(), null);
    ProcessedBlock processed = execution.result();
    BlockHeader header =
        draft.toBuilder()
            .gasUsed(processed.gasUsed())
            .logsBloom(execution.bloom())
            .receiptsRoot(execution.receiptsRoot())
            .transactionsRoot(DerivedRoots.transactions(included))
            .stateRoot(processed.stateRoot())
            .build();
    return new Block(header, new BlockBody(included, List.of(), null));
  }

  private static BigInteger tip(Transaction transaction, @Nullable UInt256 baseFee) {
    boolean dynamic = transaction.type() == TransactionType.DYNAMIC_FEE;
    BigInteger cap =
        (dynamic ? transaction.maxFeePerGas() : transaction.gasPrice()).toUnsignedBigInteger();
    BigInteger tip =
        (dynamic ? transaction.maxPriorityFeePerGas() : transaction.gasPrice())
            .toUnsignedBigInteger();
    return baseFee == null ? tip : tip.min(cap.subtract(baseFee.toUnsignedBigInteger()));
  }
}
