package io.lesnode.vipnode.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.primitives.crypto.KeyPair;
import java.math.BigInteger;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.junit.jupiter.api.Test;

/** Test D1 of docs/vip.md: golden vectors for every message and every digest. */
class VipVectorsTest {

  @Test
  void everyMessageHasTheBytesThatAnotherImplementationWrote() {
    Map<String, VipMessage> records = Vectors.records();
    Map<String, JsonNode> vectors = Vectors.messages();
    assertThat(records.keySet()).isEqualTo(vectors.keySet());
    Set<Integer> codes = new HashSet<>();
    vectors.forEach(
        (name, vector) -> {
          VipMessage record = records.get(name);
          Bytes payload = Bytes.fromHexString(vector.get("payload").asText());
          assertThat(record.code()).as(name).isEqualTo(vector.get("code").asInt());
          assertThat(VipCodec.encode(record)).as(name).isEqualTo(payload);
          assertThat(VipCodec.decode(record.code(), payload)).as(name).isEqualTo(record);
          codes.add(record.code());
        });
    assertThat(codes).hasSize(VipCodes.CLOSE + 1);
  }

  @Test
  void theDigestsAreThoseThatAnotherImplementationSigned() {
    Bytes32 contracts = VipSignatures.contractSetHash(Vectors.METHODS);
    assertThat(contracts).isEqualTo(Vectors.bytes32(Vectors.digest("contractSet").get("digest")));
    check(
        "bind",
        VipSignatures.bindDigest(
            Vectors.CHAIN_ID,
            Vectors.CLIENT,
            Vectors.SERVER,
            Vectors.CLIENT_PAY.address(),
            contracts),
        Vectors.CLIENT_PAY);
    check("offer", VipSignatures.offerDigest(Vectors.TERMS), Vectors.SERVER_NODE);
    check(
        "receipt",
        VipSignatures.receiptDigest(
            Vectors.PAY_ID,
            Vectors.CLIENT,
            1,
            Vectors.wei(1_000_000_000_000_000_000L),
            115_200_000_000L,
            4),
        Vectors.SERVER_NODE);
    check("exchange", exchangeDigest(Vectors.BUY), Vectors.CLIENT_PAY);
    check("exchange that sells back", exchangeDigest(Vectors.SELL), Vectors.CLIENT_PAY);
    check(
        "join",
        VipSignatures.poolJoinDigest(Vectors.CHAIN_ID, Vectors.POOL, Vectors.SERVER, Vectors.JOIN),
        Vectors.SERVER_NODE);
    check("usage", VipSignatures.usageDigest(Vectors.USAGE), Vectors.CLIENT_NODE);
    check("grant", VipSignatures.grantDigest(Vectors.GRANT), Vectors.POOL_NODE);
  }

  @Test
  void theExchangeOfTheTokenSaleDraftedForGethHasItsDigest() {
    check(
        "vflux exchange",
        new VfluxExchange(
                Vectors.CLIENT,
                9,
                "eth",
                number(1000),
                Optional.empty(),
                number(1_000_000_000_000_000_000L))
            .digest(),
        Vectors.CLIENT_PAY);
    check(
        "vflux exchange that sells back",
        new VfluxExchange(Vectors.CLIENT, 10, "eth", number(-5000), number(-1), number(-77))
            .digest(),
        Vectors.CLIENT_PAY);
  }

  @Test
  void grantRecordEntryAndQuestionHaveTheirBytes() {
    Bytes grant = Bytes.fromHexString(Vectors.file().get("grant").asText());
    assertThat(Vectors.GRANT.encode()).isEqualTo(grant);
    assertThat(PoolGrant.decode(grant)).isEqualTo(Vectors.GRANT);
    Bytes entry = Bytes.fromHexString(Vectors.file().get("record").asText());
    assertThat(VipRecordEntry.of(Vectors.TERMS).encode()).isEqualTo(entry);
    assertThat(VipRecordEntry.decode(entry)).contains(VipRecordEntry.of(Vectors.TERMS));
    assertThat(VipTalk.question(6))
        .isEqualTo(Bytes.fromHexString(Vectors.file().get("talkQuestion").asText()));
  }

  private static Bytes32 exchangeDigest(VipMessage.Exchange exchange) {
    return VipSignatures.exchangeDigest(Vectors.CHAIN_ID, Vectors.SERVER, Vectors.CLIENT, exchange);
  }

  private static void check(String name, Bytes32 digest, KeyPair signer) {
    assertThat(digest).as(name).isEqualTo(Vectors.bytes32(Vectors.digest(name).get("digest")));
    Bytes signature = Vectors.signature(name);
    assertThat(VipSignatures.isSignedByAccount(digest, signature, signer.address()))
        .as(name)
        .isTrue();
    assertThat(signer.sign(digest).toBytes65()).as(name).isEqualTo(signature);
  }

  private static Optional<BigInteger> number(long value) {
    return Optional.of(BigInteger.valueOf(value));
  }
}
