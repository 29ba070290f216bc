package io.lesnode.chain.blocks;

import io.lesnode.chain.consensus.ConsensusRules;
import io.lesnode.chain.consensus.InvalidBlockException;
import io.lesnode.chain.consensus.InvalidBlockException.Reason;
import io.lesnode.chain.state.TrieState;
import io.lesnode.chain.store.ChainBatch;
import io.lesnode.chain.store.ChainStore;
import io.lesnode.primitives.Block;
import io.lesnode.primitives.BlockBody;
import io.lesnode.primitives.BlockHeader;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts blocks into the store and decides which chain is canonical. Confined to the chain writer
 * thread.
 *
 * <p>A block whose parent is the head is executed and becomes the head, in one batch. Any other
 * block is stored unexecuted, with its total difficulty. When one makes its branch heavier than the
 * canonical chain, the branch is executed from where it left the chain, block by block; the last
 * batch moves the head, the heights and the transaction index at once. Whatever is killed in
 * between leaves the old chain, and some executed side blocks.
 *
 * <p>Heavier is a higher total difficulty, or an equal one at a lower height (geth's rule). From
 * the terminal total difficulty on, the block that comes last wins, since whoever sends it was told
 * so. Differs from geth: among equals at the same height the first one stays, where geth tosses a
 * coin.
 *
 * <p>Reference: geth core/blockchain.go, core/forkchoice.go.
 */
final class ChainWriter {
  private static final Logger LOG = LoggerFactory.getLogger(ChainWriter.class);
  private static final int MAX_BAD_BLOCKS = 128;

  private final ChainStore store;
  private final ChainTip chain;
  private final ConsensusRules rules;
  private final BlockProcessor processor;
  private final StoredSnapshots snapshots;
  private final Consumer<HeadChange> onHead;

  /** Blocks that failed in execution, so that their branch is not tried with every child. */
  private final Set<Bytes32> badBlocks =
      Collections.newSetFromMap(
          new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Bytes32, Boolean> eldest) {
              return size() > MAX_BAD_BLOCKS;
            }
          });

  ChainWriter(
      ChainStore store,
      ChainTip chain,
      ConsensusRules rules,
      BlockProcessor processor,
      StoredSnapshots snapshots,
      Consumer<HeadChange> onHead) {
    this.store = store;
    this.chain = chain;
    this.rules = rules;
    this.processor = processor;
    this.snapshots = snapshots;
    this.onHead = onHead;
  }

  /**
   * Takes a block whose seal and body were verified.
   *
   * @throws InvalidBlockException if it breaks the rules, its parent is unknown, or its branch
   *     fails in execution; the chain is as before
   */
  ImportOutcome insert(Block block) {
    BlockHeader header = block.header();
    HeadBlock head = chain.head();
    boolean extendsHead = header.parentHash().equals(head.hash());
    if (store.number(header.hash()).isPresent()) {
      return reconsider(block, head);
    }
    if (badBlocks.contains(header.hash()) || badBlocks.contains(header.parentHash())) {
      badBlocks.add(header.hash());
      throw new InvalidBlockException("block or its parent failed in execution before");
    }
    BlockHeader parent =
        extendsHead ? head.header() : chain.header(header.parentHash(), header.number() - 1);
    if (parent == null) {
      throw new InvalidBlockException(
          Reason.UNKNOWN_ANCESTOR, "unknown ancestor " + header.parentHash());
    }
    UInt256 parentTotal = extendsHead ? head.totalDifficulty() : totalDifficulty(parent);
    rules.verifyHeader(header, parent, parentTotal, chain);
    rules.verifyOmmers(header, block.body().ommers(), chain);
    UInt256 total = parentTotal.add(header.difficulty());
    if (extendsHead) {
      extend(block, total);
      return ImportOutcome.EXTENDED;
    }
    if (!isHeavier(header, total, head)) {
      storeBeside(block, parent, total);
      return ImportOutcome.SIDE;
    }
    reorganise(block, total);
    return ImportOutcome.REORGANISED;
  }

  /** A block that is stored beside the chain may be what the chain should go on with after all. */
  private ImportOutcome reconsider(Block block, HeadBlock head) {
    BlockHeader header = block.header();
    if (store.isCanonical(header.number(), header.hash())) {
      return ImportOutcome.KNOWN;
    }
    UInt256 total = totalDifficulty(header);
    if (badBlocks.contains(header.hash()) || !isHeavier(header, total, head)) {
      return ImportOutcome.KNOWN;
    }
    reorganise(block, total);
    return ImportOutcome.REORGANISED;
  }

  private UInt256 totalDifficulty(BlockHeader header) {
    return store
        .totalDifficulty(header.hash())
        .orElseThrow(
            () -> new IllegalStateException("no total difficulty of block " + header.hash()));
  }

  private boolean isHeavier(BlockHeader header, UInt256 total, HeadBlock head) {
    UInt256 terminal = chain.config().terminalTotalDifficulty();
    if (terminal != null && total.compareTo(terminal) >= 0) {
      return true;
    }
    int order = total.compareTo(head.totalDifficulty());
    return order > 0 || (order == 0 && header.number() < head.number());
  }

  private void extend(Block block, UInt256 total) {
    HeadBlock old = chain.head();
    ProcessedBlock processed = execute(block, old.header());
    try (ChainBatch batch = store.newBatch()) {
      batch.putBlock(block, total);
      batch.putReceipts(block.header(), processed.receipts());
      batch.putState(block.header(), processed.state());
      batch.setCanonical(block.header());
      batch.indexTransactions(block);
      batch.setHead(block.header());
      snapshots.flushTo(batch);
      batch.commit();
    }
    onHead.accept(new HeadChange(old, new HeadBlock(block.header(), total), old.header()));
  }

  /**
   * A side block is executed at once where the state before it is here, so that a bad one is
   * refused.
   */
  private void storeBeside(Block block, BlockHeader parent, UInt256 total) {
    BlockHeader header = block.header();
    ProcessedBlock processed = isExecuted(parent) ? execute(block, parent) : null;
    try (ChainBatch batch = store.newBatch()) {
      batch.putBlock(block, total);
      if (processed != null) {
        batch.putReceipts(header, processed.receipts());
        batch.putState(header, processed.state());
      }
      snapshots.flushTo(batch);
      batch.commit();
    }
  }

  /**
   * Whether a block went through execution (another may have the same state root) and its state is
   * here.
   */
  private boolean isExecuted(BlockHeader header) {
    return store.receiptsBytes(header.hash()).isPresent() && store.hasState(header);
  }

  private ProcessedBlock execute(Block block, BlockHeader parent) {
    try {
      return processor.process(block, new TrieState(store, parent.stateRoot()), chain);
    } catch (InvalidBlockException failure) {
      badBlocks.add(block.hash());
      throw failure;
    }
  }

  private void reorganise(Block tip, UInt256 total) {
    HeadBlock old = chain.head();
    Deque<Block> branch = new ArrayDeque<>();
    branch.add(tip);
    BlockHeader ancestor = parentOf(tip.header());
    while (!store.isCanonical(ancestor.number(), ancestor.hash())) {
      branch.addFirst(new Block(ancestor, bodyOf(ancestor)));
      ancestor = parentOf(ancestor);
    }
    if (!store.hasState(ancestor)) {
      throw new InvalidBlockException(
          Reason.UNKNOWN_ANCESTOR,
          "pruned ancestor: the branch leaves the chain at block "
              + ancestor.number()
              + ", whose state is no longer kept");
    }
    LOG.info(
        "Chain reorganisation: {} blocks dropped, {} adopted after block {} ({})",
        old.number() - ancestor.number(),
        branch.size(),
        ancestor.number(),
        ancestor.hash());
    BlockHeader parent = ancestor;
    boolean moved = false;
    for (Block block : branch) {
      if (!isExecuted(block.header())) {
        ProcessedBlock processed = executeBranch(block, parent);
        try (ChainBatch batch = store.newBatch()) {
          if (block.hash().equals(tip.hash())) {
            batch.putBlock(block, total);
            moveHead(batch, old, ancestor, branch);
            moved = true;
          }
          batch.putReceipts(block.header(), processed.receipts());
          batch.putState(block.header(), processed.state());
          snapshots.flushTo(batch);
          batch.commit();
        }
      }
      parent = block.header();
    }
    if (!moved) { // the tip was executed when it was still a side block
      try (ChainBatch batch = store.newBatch()) {
        moveHead(batch, old, ancestor, branch);
        batch.commit();
      }
    }
    onHead.accept(new HeadChange(old, new HeadBlock(tip.header(), total), ancestor));
  }

  private ProcessedBlock executeBranch(Block block, BlockHeader parent) {
    try {
      return execute(block, parent);
    } catch (InvalidBlockException failure) {
      throw failure.inBlock(block.number(), block.hash());
    }
  }

  private void moveHead(
      ChainBatch batch, HeadBlock old, BlockHeader ancestor, Deque<Block> branch) {
    long newHeight = branch.getLast().number();
    BlockHeader dropped = old.header();
    while (!dropped.hash().equals(ancestor.hash())) {
      batch.unindexTransactions(new Block(dropped, bodyOf(dropped)));
      if (dropped.number() > newHeight) {
        batch.removeCanonical(dropped.number());
      }
      dropped = parentOf(dropped);
    }
    for (Block adopted : branch) {
      batch.setCanonical(adopted.header());
      batch.indexTransactions(adopted);
    }
    batch.setHead(branch.getLast().header());
  }

  private BlockHeader parentOf(BlockHeader header) {
    BlockHeader parent = chain.header(header.parentHash(), header.number() - 1);
    if (parent == null) {
      throw new IllegalStateException("the parent of stored block " + header + " is missing");
    }
    return parent;
  }

  private BlockBody bodyOf(BlockHeader header) {
    BlockBody body = chain.body(header.hash(), header.number());
    if (body == null) {
      throw new IllegalStateException("the body of stored block " + header + " is missing");
    }
    return body;
  }
}
