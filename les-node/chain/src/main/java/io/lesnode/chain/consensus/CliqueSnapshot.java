package io.lesnode.chain.consensus;

import io.lesnode.primitives.Address;
import io.lesnode.primitives.BlockHeader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;

/**
 * Who may sign, who signed lately and which votes stand after one block of a clique chain.
 * Immutable. The fields are those of geth's {@code clique_getSnapshot}.
 *
 * <p>Reference: EIP-225; geth consensus/clique/snapshot.go.
 *
 * @param number the block after which this holds
 * @param hash the hash of that block
 * @param signers the authorised signers in ascending order
 * @param recents block number to signer, for those that must wait
 * @param votes the standing votes in the order they were cast
 * @param tally per voted account the count of standing votes
 */
public record CliqueSnapshot(
    long number,
    Bytes32 hash,
    List<Address> signers,
    SortedMap<Long, Address> recents,
    List<Vote> votes,
    SortedMap<Address, Tally> tally) {

  /** One signer's wish to add or drop an account, cast in a block. */
  public record Vote(Address signer, long block, Address address, boolean authorize) {}

  /** The count of votes for one account; all of one direction, since others would be void. */
  public record Tally(boolean authorize, int votes) {}

  /** Nonce of a header that votes to add its coinbase. */
  static final long NONCE_AUTHORIZE = -1;

  /** Nonce of a header that votes to drop its coinbase, or does not vote. */
  static final long NONCE_DROP = 0;

  /** Copies the collections. */
  public CliqueSnapshot {
    signers = signers.stream().sorted().toList();
    recents = Collections.unmodifiableSortedMap(new TreeMap<>(recents));
    votes = List.copyOf(votes);
    tally = Collections.unmodifiableSortedMap(new TreeMap<>(tally));
  }

  /** The state after a genesis or checkpoint header: its signers, no recent signer and no vote. */
  static CliqueSnapshot ofCheckpoint(BlockHeader header) {
    return new CliqueSnapshot(
        header.number(),
        header.hash(),
        CliqueExtraData.signers(header),
        new TreeMap<>(),
        List.of(),
        new TreeMap<>());
  }

  /** Returns whether the account may sign at all. */
  public boolean isSigner(Address address) {
    return Collections.binarySearch(signers, address) >= 0;
  }

  /** Returns whether it is this signer's turn to seal the block of that number. */
  public boolean inTurn(long blockNumber, Address signer) {
    int offset = Collections.binarySearch(signers, signer);
    return offset >= 0 && Long.remainderUnsigned(blockNumber, signers.size()) == offset;
  }

  /** Returns whether the signer sealed too lately to seal the block of that number. */
  public boolean signedRecently(long blockNumber, Address signer) {
    long limit = signers.size() / 2 + 1L;
    for (Map.Entry<Long, Address> recent : recents.entrySet()) {
      // unsigned on purpose: below the limit geth's difference wraps and lets the signer pass
      if (recent.getValue().equals(signer)
          && Long.compareUnsigned(recent.getKey(), blockNumber - limit) > 0) {
        return true;
      }
    }
    return false;
  }

  /** Returns whether a vote would change anything: one cannot add a signer or drop a stranger. */
  public boolean isValidVote(Address address, boolean authorize) {
    return isSigner(address) != authorize;
  }

  /**
   * Returns the state after the next block.
   *
   * @throws InvalidBlockException if the block does not follow, its signer may not sign, or its
   *     nonce is no vote
   */
  CliqueSnapshot apply(BlockHeader header, Address signer, long epochBlocks) {
    if (header.number() != number + 1) {
      throw new InvalidBlockException("invalid voting chain");
    }
    return new Successor(this).apply(header, signer, epochBlocks);
  }

  /** The mutable working copy of one {@link #apply}; confined to that call. */
  private static final class Successor {
    private final TreeSet<Address> signers;
    private final TreeMap<Long, Address> recents;
    private final List<Vote> votes;
    private final TreeMap<Address, Tally> tally;

    Successor(CliqueSnapshot base) {
      signers = new TreeSet<>(base.signers);
      recents = new TreeMap<>(base.recents);
      votes = new ArrayList<>(base.votes);
      tally = new TreeMap<>(base.tally);
    }

    CliqueSnapshot apply(BlockHeader header, Address signer, long epochBlocks) {
      long block = header.number();
      if (Long.remainderUnsigned(block, epochBlocks) == 0) {
        votes.clear();
        tally.clear();
      }
      expireRecent(block);
      if (!signers.contains(signer)) {
        throw new InvalidBlockException("unauthorized signer");
      }
      if (recents.containsValue(signer)) {
        throw new InvalidBlockException("recently signed");
      }
      recents.put(block, signer);
      withdrawVote(signer, header.coinbase());
      boolean authorize = authorizes(header);
      if (cast(header.coinbase(), authorize)) {
        votes.add(new Vote(signer, block, header.coinbase(), authorize));
      }
      enactIfPassed(block, header.coinbase());
      return new CliqueSnapshot(block, header.hash(), List.copyOf(signers), recents, votes, tally);
    }

    private static boolean authorizes(BlockHeader header) {
      if (header.nonce() != NONCE_AUTHORIZE && header.nonce() != NONCE_DROP) {
        throw new InvalidBlockException("vote nonce not 0x00..0 or 0xff..f");
      }
      return header.nonce() == NONCE_AUTHORIZE;
    }

    private void expireRecent(long block) {
      long limit = signers.size() / 2 + 1L;
      if (block >= limit) {
        recents.remove(block - limit);
      }
    }

    private void withdrawVote(Address signer, Address address) {
      for (int i = 0; i < votes.size(); i++) {
        Vote vote = votes.get(i);
        if (vote.signer().equals(signer) && vote.address().equals(address)) {
          uncast(vote);
          votes.remove(i);
          return; // a signer has one vote per account
        }
      }
    }

    private boolean cast(Address address, boolean authorize) {
      if (signers.contains(address) == authorize) {
        return false;
      }
      Tally old = tally.get(address);
      tally.put(
          address,
          old == null ? new Tally(authorize, 1) : new Tally(old.authorize(), old.votes() + 1));
      return true;
    }

    private void uncast(Vote vote) {
      @Nullable Tally standing = tally.get(vote.address());
      if (standing == null || standing.authorize() != vote.authorize()) {
        return;
      }
      if (standing.votes() > 1) {
        tally.put(vote.address(), new Tally(standing.authorize(), standing.votes() - 1));
      } else {
        tally.remove(vote.address());
      }
    }

    private void enactIfPassed(long block, Address address) {
      @Nullable Tally standing = tally.get(address);
      if (standing == null || standing.votes() <= signers.size() / 2) {
        return;
      }
      if (standing.authorize()) {
        signers.add(address);
      } else {
        signers.remove(address);
        expireRecent(block); // the list shrank, so one more may sign again
        for (int i = 0; i < votes.size(); i++) {
          if (votes.get(i).signer().equals(address)) {
            uncast(votes.get(i));
            votes.remove(i);
            i--;
          }
        }
      }
      votes.removeIf(vote -> vote.address().equals(address));
      tally.remove(address);
    }
  }
}
