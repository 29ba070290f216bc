package io.lesnode.vipnode.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.lesnode.payment.MethodId;
import io.lesnode.payment.RefusalCode;
import io.lesnode.primitives.rlp.RlpReader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.junit.jupiter.api.Test;

/** What the codec accepts beside the golden vectors. */
class VipCodecTest {
  /** Two frame headers and MACs, docs/vip.md, "Sizes": header 16, MAC 16, MAC 16. */
  private static final int FRAME_OVERHEAD_BYTES = 48;

  private static final Bytes UNKNOWN_ITEMS = Bytes.fromHexString("0x2ac4c20102c083010203");

  /** Test D3 of docs/vip.md. */
  @Test
  void elementsAfterTheKnownOnesAreIgnoredInEveryMessage() {
    Vectors.records()
        .forEach(
            (name, message) -> {
              if (message instanceof VipMessage.Offer) {
                return;
              }
              Bytes longer = append(VipCodec.encode(message), UNKNOWN_ITEMS);
              assertThat(VipCodec.decode(message.code(), longer)).as(name).isEqualTo(message);
            });
  }

  /** Test D3 of docs/vip.md. */
  @Test
  void elementsAfterTheKnownOnesAreIgnoredInNestedLists() {
    VipMessage status = Vectors.records().get("status");
    List<Bytes> items = items(VipCodec.encode(status));
    items.set(6, nested(items.get(6)));
    assertThat(VipCodec.decode(VipCodes.STATUS, list(items))).isEqualTo(status);
    VipMessage match = Vectors.records().get("poolMatch");
    items = items(VipCodec.encode(match));
    items.set(1, nested(items.get(1)));
    assertThat(VipCodec.decode(VipCodes.POOL_MATCH, list(items))).isEqualTo(match);
    Bytes grant = append(Vectors.GRANT.encode(), UNKNOWN_ITEMS);
    assertThat(PoolGrant.decode(grant)).isEqualTo(Vectors.GRANT);
    Bytes entry = append(VipRecordEntry.of(Vectors.TERMS).encode(), UNKNOWN_ITEMS);
    assertThat(VipRecordEntry.decode(entry)).contains(VipRecordEntry.of(Vectors.TERMS));
  }

  /** Test D3 of docs/vip.md. */
  @Test
  void whatIsUnknownInAnOfferIsSignedAndPassedOn() {
    Bytes known = VipCodec.encode(Vectors.records().get("offer"));
    List<Bytes> items = items(known);
    items.set(8, append(items.get(8), UNKNOWN_ITEMS));
    items.add(Bytes.of(0x2a));
    Bytes32 digest = VipSignatures.offerDigest(list(items));
    assertThat(digest).isNotEqualTo(VipSignatures.offerDigest(known));
    Bytes signature = Vectors.SERVER_NODE.sign(digest).toBytes65();
    items.set(19, new Fields().bytes(signature).list().slice(2));
    Bytes payload = list(items);

    VipMessage.Offer offer = (VipMessage.Offer) VipCodec.decode(VipCodes.OFFER, payload);

    assertThat(offer.terms()).isEqualTo(Vectors.TERMS);
    assertThat(VipCodec.encode(offer)).isEqualTo(payload);
    assertThat(
            VipSignatures.isSignedByNode(
                VipSignatures.offerDigest(offer.encoded()), offer.nodeSignature(), Vectors.SERVER))
        .isTrue();
  }

  @Test
  void numbersThatAreUnknownStayNumbers() {
    VipMessage.Notice notice =
        (VipMessage.Notice)
            VipCodec.decode(
                VipCodes.NOTICE,
                Bytes.fromHexString(
                    Vectors.messages().get("notice of an unknown kind").get("payload").asText()));
    assertThat(notice.kind()).isEqualTo(200);
    assertThat(notice.noticeKind()).isEmpty();
    assertThat(VipMessage.Refuse.of(1, RefusalCode.WRONG_CHAIN, 0, "").refusalCode())
        .contains(RefusalCode.WRONG_CHAIN);
    assertThat(new VipMessage.Refuse(1, 99, 0, "").refusalCode()).isEmpty();
    assertThat(new VipMessage.Close(1, 1, 77, Bytes.EMPTY, Bytes.EMPTY).closeMode()).isEmpty();
    assertThat(new VipMessage.Capacity(1, 0, 0, 77).capacityReason()).isEmpty();
    assertThat(new MethodEntry(88, "x", Optional.empty(), Bytes32.ZERO, Bytes.EMPTY).terms())
        .isEmpty();
    assertThat(Vectors.METHODS.getFirst().terms().map(MethodEntry::of))
        .contains(Vectors.METHODS.getFirst());
    assertThat(Role.of(0xff)).containsExactly(Role.CLIENT, Role.SERVER, Role.POOL);
  }

  @Test
  void theNumbersOfEnumerationsComeBack() {
    for (NoticeKind kind : NoticeKind.values()) {
      assertThat(NoticeKind.of(kind.number())).contains(kind);
    }
    for (CapacityReason reason : CapacityReason.values()) {
      assertThat(CapacityReason.of(reason.number())).contains(reason);
    }
    for (CloseMode mode : CloseMode.values()) {
      assertThat(CloseMode.of(mode.number())).contains(mode);
    }
    assertThat(Role.bits(Role.of(5))).isEqualTo(5);
  }

  /** A repeated payment takes at most 150 bytes, docs/vip.md, "Sizes". */
  @Test
  void aRepeatedPaymentIsAtMost150BytesInAFrame() {
    VipMessage withLongId =
        new VipMessage.Pay(
            Bytes.fromHexString("0xfedcba9876543210"), 1, Vectors.PROOF, 1_000_000_000_000L);
    assertThat(frameBytes(withLongId)).isEqualTo(144);
    // [cumulative of 8 bytes, compact signature] as a list, with ids that count up
    Bytes listProof =
        new Fields().bytes(Vectors.PROOF.slice(0, 8)).bytes(Vectors.PROOF.slice(8)).list();
    VipMessage withShortId =
        new VipMessage.Pay(
            Bytes.fromHexString("0x0000000000ffffff"), 1, listProof, 1_000_000_000_000L);
    assertThat(frameBytes(withShortId)).isEqualTo(144);
  }

  @Test
  void aTextThatIsTooLongIsCutBetweenCharacters() {
    String text = "€".repeat(200);
    VipMessage.Refuse cut =
        (VipMessage.Refuse)
            VipCodec.decode(VipCodes.REFUSE, VipCodec.encode(new VipMessage.Refuse(1, 2, 3, text)));
    assertThat(cut.text()).isEqualTo("€".repeat(85));
  }

  @Test
  void whatNobodyCouldReadIsNotWritten() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> VipCodec.encode(new VipMessage.SetCapacity(1, -1, 0, 0)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new VipMessage.Pay(Bytes.of(1), 1, Bytes.EMPTY, 0));
    Bytes tooMuch = Bytes.wrap(new byte[VipCapability.MAX_MESSAGE_BYTES]);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> VipCodec.encode(new VipMessage.Open(1, 1, tooMuch)));
  }

  @Test
  void listsAndStringsAreBounded() {
    List<Long> seventeen = Collections.nCopies(17, 1L);
    assertMalformed(new VipMessage.Query(1, 0, 0, seventeen, List.of()));
    assertMalformed(new VipMessage.Query(1, 0, 0, List.of(), seventeen));
    assertMalformed(new VipMessage.Bid(1, 1, Collections.nCopies(257, 1L), 1, 1));
    assertMalformed(
        new VipMessage.PoolState(Vectors.wei(1), Collections.nCopies(257, Vectors.POOL), 1));
    assertMalformed(
        new VipMessage.Open(1, 1, Bytes.wrap(new byte[VipLimits.METHOD_DATA_BYTES + 1])));
    assertMalformed(new VipMessage.Exchange(1, 1, 1, 1, Vectors.wei(1), Bytes.wrap(new byte[64])));
    assertThat(
            VipCodec.decode(
                VipCodes.OPEN,
                VipCodec.encode(
                    new VipMessage.Open(1, 1, Bytes.wrap(new byte[VipLimits.METHOD_DATA_BYTES])))))
        .isInstanceOf(VipMessage.Open.class);
  }

  @Test
  void aSignedNumberHasOneEncoding() {
    // tokens of Exchanged as [0], as [00 01], and below the smallest
    for (String tokens : List.of("c180", "c100", "c3820001", "c988ffffffffffffffff", "c20101")) {
      Bytes body = Bytes.fromHexString("0x0106" + tokens + "808080");
      Bytes payload = Bytes.concatenate(Bytes.of(0xc0 + body.size()), body);
      assertThatExceptionOfType(VipWireException.class)
          .as(tokens)
          .isThrownBy(() -> VipCodec.decode(VipCodes.EXCHANGED, payload));
    }
    VipMessage.Exchanged least =
        new VipMessage.Exchanged(1, 6, -Long.MAX_VALUE, Vectors.wei(0), 0, Vectors.wei(0));
    assertThat(VipCodec.decode(VipCodes.EXCHANGED, VipCodec.encode(least))).isEqualTo(least);
  }

  @Test
  void codesThatNameNoMessageAreTold() {
    for (int code : List.of(-1, VipCodes.CLOSE + 1, VipCapability.MESSAGE_COUNT, 1000)) {
      assertThatExceptionOfType(VipWireException.class)
          .isThrownBy(() -> VipCodec.decode(code, Bytes.of(0xc0)))
          .matches(e -> e.reason() == VipWireException.Reason.UNKNOWN_CODE);
    }
  }

  @Test
  void theEntryOfTheNodeRecordIsShort() {
    VipRecordEntry entry = VipRecordEntry.of(Vectors.TERMS);
    assertThat(entry.takes(MethodId.CHEQUE)).isTrue();
    assertThat(entry.takes(MethodId.TEST)).isFalse();
    Bytes key = new Fields().text(VipRecordEntry.KEY).list().slice(1);
    assertThat(key.size() + entry.encode().size()).isLessThanOrEqualTo(16);
    assertThat(VipRecordEntry.decode(Bytes.fromHexString("0x820102"))).isEmpty();
    assertThat(VipRecordEntry.decode(Bytes.fromHexString("0xc101"))).isEmpty();
  }

  @Test
  void aQuestionThroughDiscoveryIsAnsweredWithANewerSignedOffer() {
    VipMessage.Offer offer = (VipMessage.Offer) Vectors.records().get("offer");
    Bytes answer = VipTalk.answer(VipTalk.question(6), offer);
    assertThat(VipTalk.readAnswer(answer, Vectors.SERVER)).contains(offer);
    assertThat(VipTalk.readAnswer(answer, Vectors.CLIENT)).isEmpty();
    assertThat(VipTalk.answer(VipTalk.question(7), offer)).isEqualTo(Bytes.EMPTY);
    assertThat(VipTalk.answer(Bytes.fromHexString("0x01"), offer)).isEqualTo(Bytes.EMPTY);
    assertThat(VipTalk.readAnswer(Bytes.EMPTY, Vectors.SERVER)).isEmpty();
    assertThat(VipTalk.readAnswer(answer.slice(1), Vectors.SERVER)).isEmpty();
  }

  private static void assertMalformed(VipMessage message) {
    assertThatExceptionOfType(VipWireException.class)
        .isThrownBy(() -> VipCodec.decode(message.code(), VipCodec.encode(message)))
        .matches(e -> e.reason() == VipWireException.Reason.MALFORMED);
  }

  /** Code and what Snappy makes of bytes that it cannot compress, padded to 16. */
  private static int frameBytes(VipMessage message) {
    int payload = VipCodec.encode(message).size();
    int snappy = 1 + (payload <= 60 ? 1 : 2) + payload;
    return FRAME_OVERHEAD_BYTES + (1 + snappy + 15) / 16 * 16;
  }

  private static Bytes nested(Bytes listOfLists) {
    return list(items(listOfLists).stream().map(item -> append(item, UNKNOWN_ITEMS)).toList());
  }

  private static Bytes append(Bytes list, Bytes more) {
    List<Bytes> items = items(list);
    items.add(more);
    return list(items);
  }

  private static List<Bytes> items(Bytes list) {
    RlpReader reader = RlpReader.of(list).enterList();
    List<Bytes> items = new ArrayList<>();
    while (!reader.isComplete()) {
      items.add(reader.readRaw());
    }
    return items;
  }

  private static Bytes list(List<Bytes> items) {
    return VipEncoder.listOfRaw(items);
  }
}
