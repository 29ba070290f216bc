package io.lesnode.vipnode.wire;

import io.lesnode.primitives.rlp.RlpException;
import io.lesnode.primitives.rlp.RlpReader;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * The question {@code vip} of discovery v5 (TALKREQ): what do you offer? It is {@code [seq]} with
 * the sequence number of the newest offer that the asker has, 0 for none; the answer is the payload
 * of an Offer message, or nothing when there is none that is newer. Stateless.
 */
public final class VipTalk {
  /** The protocol of the TALKREQ. */
  public static final String PROTOCOL = "vip";

  /** An answer must fit into one packet of 1,280 bytes with everything around it. */
  public static final int MAX_ANSWER_BYTES = 1024;

  private VipTalk() {}

  /** A question. */
  public static Bytes question(long knownSeq) {
    return new Fields().number(knownSeq).list();
  }

  /** The sequence number that an asker has; empty when the question is malformed. */
  public static Optional<Long> readQuestion(Bytes question) {
    try {
      return Optional.of(
          RlpReader.decode(
              question.copy(), reader -> VipDecoder.open(reader, RlpReader::readLong)));
    } catch (RlpException malformed) {
      return Optional.empty();
    }
  }

  /** The answer to a question; empty bytes when the asker has the newest or it is malformed. */
  public static Bytes answer(Bytes question, VipMessage.Offer offer) {
    boolean isNews =
        readQuestion(question).filter(known -> known < offer.terms().seq()).isPresent();
    return isNews && offer.encoded().size() <= MAX_ANSWER_BYTES ? offer.encoded() : Bytes.EMPTY;
  }

  /**
   * The offer in an answer; empty when there is none, it is malformed, or not signed by the node
   * that was asked.
   *
   * @param server the node id of the node that was asked
   */
  public static Optional<VipMessage.Offer> readAnswer(Bytes answer, Bytes32 server) {
    if (answer.isEmpty() || answer.size() > MAX_ANSWER_BYTES) {
      return Optional.empty();
    }
    try {
      return VipCodec.decode(VipCodes.OFFER, answer.copy()) instanceof VipMessage.Offer offer
              && VipSignatures.isSignedByNode(
                  VipSignatures.offerDigest(offer.encoded()), offer.nodeSignature(), server)
          ? Optional.of(offer)
          : Optional.empty();
    } catch (VipWireException malformed) {
      return Optional.empty();
    }
  }
}
