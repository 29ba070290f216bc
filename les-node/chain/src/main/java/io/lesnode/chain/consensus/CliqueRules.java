package io.lesnode.chain.consensus;

import io.lesnode.primitives.Address;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.EmptyHashes;
import io.lesnode.primitives.config.ChainConfig;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.primitives.crypto.Secp256k1;
import io.lesnode.primitives.crypto.Signature;
import io.lesnode.primitives.rlp.RlpException;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * Proof of authority. Thread-safe; at most 128 snapshots and 4096 recovered signers are kept.
 *
 * <p>A header is judged by the snapshot after its parent. That one is found in memory, or on disk
 * at every 1024th block, or computed forward from the nearest of those, in the last resort from the
 * genesis or from a checkpoint below which no header is stored (a light client that starts in the
 * middle) — such a checkpoint is trusted with its list of signers.
 *
 * <p>Reference: EIP-225; geth consensus/clique.
 */
public final class CliqueRules implements ConsensusRules {
  /** The epoch of a configuration that names none. */
  public static final long DEFAULT_EPOCH_BLOCKS = 30_000;

  private static final UInt256 DIFFICULTY_IN_TURN = UInt256.valueOf(2);
  private static final UInt256 DIFFICULTY_NO_TURN = UInt256.valueOf(1);
  private static final int SNAPSHOT_INTERVAL_BLOCKS = 1024;
  private static final int MAX_SNAPSHOTS = 128;
  private static final int MAX_SIGNERS = 4096;

  /**
   * So many headers behind the head a checkpoint is past dispute (geth's immutability threshold).
   */
  private static final int IMMUTABLE_BLOCKS = 90_000;

  private final ChainConfig config;
  private final long periodSeconds;
  private final long epochBlocks;
  private final InstantSource clock;
  private final CliqueSnapshotStore store;
  private final Map<Bytes32, CliqueSnapshot> snapshots = boundedMap(MAX_SNAPSHOTS);
  private final Map<Bytes32, Address> signers = boundedMap(MAX_SIGNERS);

  /** Creates the rules of a chain whose genesis configures clique. */
  public CliqueRules(
      ChainConfig config,
      long periodSeconds,
      long epochBlocks,
      CliqueSnapshotStore store,
      InstantSource clock) {
    this.config = config;
    this.periodSeconds = periodSeconds;
    this.epochBlocks = epochBlocks == 0 ? DEFAULT_EPOCH_BLOCKS : epochBlocks;
    this.store = store;
    this.clock = clock;
  }

  private static <V> Map<Bytes32, V> boundedMap(int maxEntries) {
    return Collections.synchronizedMap(
        new LinkedHashMap<>(16, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<Bytes32, V> eldest) {
            return size() > maxEntries;
          }
        });
  }

  /** Returns the hash that a signer signs: the header without the last 65 bytes of extra-data. */
  public static Bytes32 sealHash(BlockHeader header) {
    return header.toBuilder()
        .extraData(CliqueExtraData.withoutSeal(header.extraData()))
        .build()
        .hash();
  }

  @Override
  public Address author(BlockHeader header) {
    Address known = signers.get(header.hash());
    if (known != null) {
      return known;
    }
    Bytes seal = CliqueExtraData.seal(header);
    int recoveryId = seal.get(64) & 0xff;
    if (recoveryId > 3) {
      throw new InvalidBlockException("invalid signature recovery id");
    }
    if (recoveryId > 1) {
      // x beyond the order: one signature in 2^127, which nobody can make on purpose
      throw new InvalidBlockException("recovery failed");
    }
    Signature signature = Signature.fromBytes65(seal);
    Address signer =
        Secp256k1.instance()
            .recover(sealHash(header), signature)
            .map(Address::ofPublicKey)
            .orElseThrow(() -> new InvalidBlockException("recovery failed"));
    signers.put(header.hash(), signer);
    return signer;
  }

  @Override
  public void verifySeal(BlockHeader header) {
    author(header);
  }

  @Override
  public void verifyHeader(
      BlockHeader header,
      BlockHeader parent,
      UInt256 parentTotalDifficulty,
      HeaderSource ancestors) {
    if (header.timestamp() > clock.instant().getEpochSecond()) {
      throw new InvalidBlockException(InvalidBlockException.Reason.FUTURE, "block in the future");
    }
    boolean checkpoint = Long.remainderUnsigned(header.number(), epochBlocks) == 0;
    verifyFields(header, checkpoint);
    HeaderRules.verifyNumber(header, parent);
    if (parent.timestamp() + periodSeconds > header.timestamp()) {
      throw new InvalidBlockException("invalid timestamp");
    }
    HeaderRules.verifyGas(config, header, parent);
    HeaderRules.verifyNoFieldsAfterMerge(header);
    CliqueSnapshot snapshot = snapshotAfter(parent, ancestors);
    if (checkpoint && !CliqueExtraData.signers(header).equals(snapshot.signers())) {
      throw new InvalidBlockException("mismatching signer list on checkpoint block");
    }
    verifySigner(header, snapshot);
  }

  private void verifyFields(BlockHeader header, boolean checkpoint) {
    if (checkpoint && !header.coinbase().equals(Address.ZERO)) {
      throw new InvalidBlockException("beneficiary in checkpoint block non-zero");
    }
    if (header.nonce() != CliqueSnapshot.NONCE_AUTHORIZE
        && header.nonce() != CliqueSnapshot.NONCE_DROP) {
      throw new InvalidBlockException("vote nonce not 0x00..0 or 0xff..f");
    }
    if (checkpoint && header.nonce() != CliqueSnapshot.NONCE_DROP) {
      throw new InvalidBlockException("vote nonce in checkpoint block non-zero");
    }
    if (!checkpoint
        && header.extraData().size() > CliqueExtraData.VANITY_BYTES + CliqueExtraData.SEAL_BYTES) {
      throw new InvalidBlockException("non-checkpoint block contains extra signer list");
    }
    CliqueExtraData.signers(header); // checks the lengths
    if (!header.mixHash().equals(Bytes32.ZERO)) {
      throw new InvalidBlockException("non-zero mix digest");
    }
    if (!header.ommersHash().equals(EmptyHashes.OMMERS)) {
      throw new InvalidBlockException("non empty uncle hash");
    }
    if (!header.difficulty().equals(DIFFICULTY_IN_TURN)
        && !header.difficulty().equals(DIFFICULTY_NO_TURN)) {
      throw new InvalidBlockException("invalid difficulty");
    }
  }

  private void verifySigner(BlockHeader header, CliqueSnapshot snapshot) {
    Address signer = author(header);
    if (!snapshot.isSigner(signer)) {
      throw new InvalidBlockException("unauthorized signer");
    }
    if (snapshot.signedRecently(header.number(), signer)) {
      throw new InvalidBlockException("recently signed");
    }
    if (!header.difficulty().equals(difficulty(snapshot, signer))) {
      throw new InvalidBlockException("wrong difficulty");
    }
  }

  /**
   * Returns the difficulty of the block after a snapshot when {@code signer} seals it: 2 in turn.
   */
  public static UInt256 difficulty(CliqueSnapshot snapshot, Address signer) {
    return snapshot.inTurn(snapshot.number() + 1, signer) ? DIFFICULTY_IN_TURN : DIFFICULTY_NO_TURN;
  }

  /**
   * Returns who may sign, and which votes stand, after a block; geth's {@code clique_getSnapshot}.
   *
   * @param block a verified header
   * @param ancestors where its ancestors are found
   * @throws InvalidBlockException with {@code UNKNOWN_ANCESTOR} if headers are missing in between
   */
  public CliqueSnapshot snapshotAfter(BlockHeader block, HeaderSource ancestors) {
    Deque<BlockHeader> pending = new ArrayDeque<>();
    BlockHeader header = block;
    CliqueSnapshot snapshot;
    while ((snapshot = knownSnapshot(header, pending.size(), ancestors)) == null) {
      pending.addFirst(header);
      BlockHeader parent = ancestors.header(header.parentHash(), header.number() - 1);
      if (parent == null) {
        throw new InvalidBlockException(
            InvalidBlockException.Reason.UNKNOWN_ANCESTOR, "unknown ancestor");
      }
      header = parent;
    }
    for (BlockHeader next : pending) {
      snapshot = snapshot.apply(next, author(next), epochBlocks);
      if (next.number() % SNAPSHOT_INTERVAL_BLOCKS == 0) {
        store.store(snapshot.hash(), CliqueSnapshotCodec.encode(snapshot));
      }
    }
    snapshots.put(snapshot.hash(), snapshot);
    return snapshot;
  }

  private @Nullable CliqueSnapshot knownSnapshot(
      BlockHeader header, int pending, HeaderSource ancestors) {
    CliqueSnapshot recent = snapshots.get(header.hash());
    if (recent != null) {
      return recent;
    }
    if (header.number() % SNAPSHOT_INTERVAL_BLOCKS == 0) {
      CliqueSnapshot stored = stored(header);
      if (stored != null) {
        return stored;
      }
    }
    if (header.number() == 0
        || (Long.remainderUnsigned(header.number(), epochBlocks) == 0
            && (pending > IMMUTABLE_BLOCKS
                || ancestors.header(header.parentHash(), header.number() - 1) == null))) {
      CliqueSnapshot checkpoint = CliqueSnapshot.ofCheckpoint(header);
      snapshots.put(checkpoint.hash(), checkpoint);
      store.store(checkpoint.hash(), CliqueSnapshotCodec.encode(checkpoint));
      return checkpoint;
    }
    return null;
  }

  private @Nullable CliqueSnapshot stored(BlockHeader header) {
    Bytes encoded = store.load(header.hash());
    if (encoded == null) {
      return null;
    }
    try {
      CliqueSnapshot snapshot = CliqueSnapshotCodec.decode(encoded);
      return snapshot.hash().equals(header.hash()) ? snapshot : null;
    } catch (RlpException damaged) {
      return null; // recomputed from headers and written anew
    }
  }

  @Override
  public void verifyOmmers(BlockHeader header, List<BlockHeader> ommers, AncestorSource ancestors) {
    if (!ommers.isEmpty()) {
      throw new InvalidBlockException("uncles not allowed");
    }
  }

  @Override
  public List<Reward> rewards(BlockHeader header, List<BlockHeader> ommers) {
    return List.of();
  }

  /**
   * Fills in what clique puts into a header: no vote, difficulty by turn, extra-data with room for
   * the seal and, on checkpoints, the signers; the timestamp at least one period after the parent.
   *
   * @param nowSeconds the time of sealing
   */
  public BlockHeader.Builder prepare(
      BlockHeader.Builder header,
      BlockHeader parent,
      Address signer,
      Bytes vanity,
      long nowSeconds,
      HeaderSource ancestors) {
    CliqueSnapshot snapshot = snapshotAfter(parent, ancestors);
    long number = parent.number() + 1;
    return header
        .parentHash(parent.hash())
        .number(number)
        .coinbase(Address.ZERO)
        .nonce(CliqueSnapshot.NONCE_DROP)
        .mixHash(Bytes32.ZERO)
        .difficulty(difficulty(snapshot, signer))
        .extraData(
            CliqueExtraData.unsealed(
                vanity, number % epochBlocks == 0 ? snapshot.signers() : List.of()))
        .timestamp(Math.max(parent.timestamp() + periodSeconds, nowSeconds));
  }

  /** Returns whether the account may seal the block after {@code parent} now. */
  public boolean maySeal(BlockHeader parent, Address signer, HeaderSource ancestors) {
    CliqueSnapshot snapshot = snapshotAfter(parent, ancestors);
    return snapshot.isSigner(signer) && !snapshot.signedRecently(parent.number() + 1, signer);
  }

  /** Returns the header with the seal of the key in its extra-data. */
  public static BlockHeader seal(BlockHeader header, KeyPair key) {
    Bytes seal = key.sign(sealHash(header)).toBytes65();
    return header.toBuilder()
        .extraData(Bytes.concatenate(CliqueExtraData.withoutSeal(header.extraData()), seal))
        .build();
  }

  /** Returns the seconds between blocks. */
  public long periodSeconds() {
    return periodSeconds;
  }
}
