package io.lesnode.chain.blocks;

import io.lesnode.chain.consensus.InvalidBlockException;
import io.lesnode.chain.store.ChainHead;
import io.lesnode.chain.store.ChainReader;
import io.lesnode.chain.trie.DerivedRoots;
import io.lesnode.chain.trie.MerklePatriciaTrie;
import io.lesnode.chain.trie.TrieVisitor;
import io.lesnode.primitives.Account;
import io.lesnode.primitives.Block;
import io.lesnode.primitives.BlockBody;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.Receipt;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.crypto.Keccak;
import java.util.ArrayList;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * Walks a stored chain and says what is wrong with it: links, total difficulties, bodies, receipts,
 * transaction index, and whether the states that are claimed can be read at all. Stateless; takes a
 * store at rest or a snapshot.
 */
public final class ChainCheck {
  private static final int MAX_FINDINGS = 100;

  private ChainCheck() {}

  /** Returns one line per finding, at most a hundred; empty if all is well. */
  public static List<String> check(ChainReader chain) {
    List<String> findings = new ArrayList<>();
    ChainHead head = chain.head().orElse(null);
    if (head == null) {
      findings.add("there is no head");
      return findings;
    }
    BlockHeader parent = null;
    UInt256 total = UInt256.ZERO;
    for (long number = 0; number <= head.number() && findings.size() < MAX_FINDINGS; number++) {
      BlockHeader header = chain.header(number).orElse(null);
      if (header == null) {
        findings.add("block " + number + ": no header");
        parent = null;
        continue;
      }
      total = total.add(header.difficulty());
      checkBlock(chain, header, parent, total, findings);
      parent = header;
    }
    if (chain.canonicalHash(head.number() + 1).isPresent()) {
      findings.add("there is a canonical block above the head " + head.number());
    }
    if (parent != null && !parent.hash().equals(head.hash())) {
      findings.add("the head is not the last canonical block");
    }
    checkStates(chain, head, findings);
    return findings;
  }

  private static void checkBlock(
      ChainReader chain,
      BlockHeader header,
      @Nullable BlockHeader parent,
      UInt256 total,
      List<String> findings) {
    String block = "block " + header.number() + " (" + header.hash() + "): ";
    if (parent != null && !header.parentHash().equals(parent.hash())) {
      findings.add(block + "is no child of block " + parent.number());
    }
    if (!chain.totalDifficulty(header.hash()).filter(total::equals).isPresent()) {
      findings.add(block + "total difficulty is not " + total.toDecimalString());
    }
    BlockBody body = chain.body(header.hash()).orElse(null);
    if (body == null) {
      findings.add(block + "no body");
      return;
    }
    if (header.number() > 0) {
      try {
        BodyRules.verify(new Block(header, body));
      } catch (InvalidBlockException e) {
        findings.add(block + e.getMessage());
      }
    }
    List<Receipt> receipts = chain.receipts(header.hash()).orElse(null);
    if (receipts == null || !DerivedRoots.receipts(receipts).equals(header.receiptsRoot())) {
      findings.add(block + "receipts are missing or wrong");
    }
    int index = 0;
    for (Transaction transaction : body.transactions()) {
      int expected = index++;
      if (!chain
          .transaction(transaction.hash())
          .filter(place -> place.blockHash().equals(header.hash()) && place.index() == expected)
          .isPresent()) {
        findings.add(block + "transaction " + transaction.hash() + " is not indexed");
      }
    }
  }

  private static void checkStates(ChainReader chain, ChainHead head, List<String> findings) {
    Bytes32 previous = Bytes32.ZERO;
    for (long number = head.number(); number >= chain.oldestState(); number--) {
      BlockHeader header = chain.header(number).orElse(null);
      if (header == null || findings.size() >= MAX_FINDINGS) {
        return;
      }
      if (!chain.hasState(header)) {
        findings.add("block " + number + ": its state is claimed and not here");
      }
      if (number == head.number() && !header.stateRoot().equals(previous)) {
        checkWholeState(chain, header, findings);
      }
      previous = header.stateRoot();
    }
  }

  private static void checkWholeState(
      ChainReader chain, BlockHeader header, List<String> findings) {
    try {
      new MerklePatriciaTrie(chain.accountNodes(), header.stateRoot())
          .walk(
              new TrieVisitor() {
                @Override
                public void onValue(Bytes key, Bytes value) {
                  checkAccount(chain, Bytes32.wrap(key), Account.decode(value), findings);
                }
              });
    } catch (RuntimeException e) {
      findings.add("the state after block " + header.number() + " is incomplete: " + e);
    }
  }

  private static void checkAccount(
      ChainReader chain, Bytes32 addressHash, Account account, List<String> findings) {
    new MerklePatriciaTrie(chain.storageNodes(addressHash), account.storageRoot())
        .walk(new TrieVisitor() {});
    Bytes code = chain.code(account.codeHash());
    if (code == null || !Keccak.keccak256(code).equals(account.codeHash())) {
      findings.add("account " + addressHash + ": its code is missing or wrong");
    }
  }
}
