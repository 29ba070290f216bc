package io.lesnode.les.client.checkpoint;

import io.lesnode.chain.index.CheckpointEntry;
import io.lesnode.chain.index.CheckpointSignatures;
import io.lesnode.chain.index.OracleConfig;
import io.lesnode.primitives.Log;
import io.lesnode.primitives.Receipt;
import io.lesnode.primitives.crypto.Keccak;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * The votes for a checkpoint in the logs of the block in which it was registered (geth v1.10.26
 * {@code contracts/checkpointoracle}, {@code les/sync.go} validateCheckpoint). Stateless.
 */
public final class CheckpointVotes {

  /** NewCheckpointVote(uint64 indexed index, bytes32 checkpointHash, uint8 v, bytes32 r, s). */
  static final Bytes32 NEW_CHECKPOINT_VOTE =
      Keccak.keccak256(
          Bytes.wrap(
              "NewCheckpointVote(uint64,bytes32,uint8,bytes32,bytes32)"
                  .getBytes(StandardCharsets.US_ASCII)));

  private static final int WORD = Bytes32.SIZE;
  private static final int DATA_BYTES = 4 * WORD;

  private CheckpointVotes() {}

  /**
   * Whether enough distinct signers of the oracle voted for a checkpoint.
   *
   * @param receipts of the block in which it was registered; verified against its header
   */
  public static boolean approve(
      OracleConfig oracle, CheckpointEntry checkpoint, List<Receipt> receipts) {
    Bytes32 hash = checkpoint.hash();
    Bytes32 index = Bytes32.leftPad(Bytes.ofUnsignedLong(checkpoint.sectionIndex()));
    List<Bytes> signatures = new ArrayList<>();
    for (Receipt receipt : receipts) {
      for (Log log : receipt.logs()) {
        if (isVote(log, oracle, index, hash)) {
          signatures.add(signature(log.data()));
        }
      }
    }
    return CheckpointSignatures.isApproved(oracle, checkpoint.sectionIndex(), hash, signatures);
  }

  private static boolean isVote(Log log, OracleConfig oracle, Bytes32 index, Bytes32 hash) {
    return log.address().equals(oracle.contract())
        && log.topics().equals(List.of(NEW_CHECKPOINT_VOTE, index))
        && log.data().size() == DATA_BYTES
        && log.data().slice(0, WORD).equals(hash);
  }

  /** {@code r‖s‖v} from the words {@code hash, v, r, s}. */
  private static Bytes signature(Bytes data) {
    return Bytes.concatenate(data.slice(2 * WORD, 2 * WORD), data.slice(2 * WORD - 1, 1));
  }
}
