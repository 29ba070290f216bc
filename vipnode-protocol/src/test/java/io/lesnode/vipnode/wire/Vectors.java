package io.lesnode.vipnode.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lesnode.payment.MethodId;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.crypto.KeyPair;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * The golden vectors, and the messages that they encode as our records, by name. The values are
 * written here and in the script that made the file, independently of each other's encoding.
 */
final class Vectors {
  static final KeyPair SERVER_NODE = key(0x11);
  static final KeyPair CLIENT_NODE = key(0x22);
  static final KeyPair POOL_NODE = key(0x33);
  static final KeyPair SERVER_PAY = key(0x44);
  static final KeyPair CLIENT_PAY = key(0x55);
  static final Bytes32 SERVER = nodeId(SERVER_NODE);
  static final Bytes32 CLIENT = nodeId(CLIENT_NODE);
  static final Bytes32 POOL = nodeId(POOL_NODE);
  static final UInt256 CHAIN_ID = UInt256.valueOf(1337);
  static final Bytes PROOF =
      Bytes.concatenate(Bytes.fromHexString("0x0de0b6b3a7640000"), repeat(0x77, 64));
  static final Bytes PAY_ID = Bytes.fromHexString("0x0000000000000102");

  private static final JsonNode FILE = load();

  private Vectors() {}

  static JsonNode file() {
    return FILE;
  }

  static JsonNode digest(String name) {
    return Objects.requireNonNull(FILE.get("digests").get(name), name);
  }

  static Bytes signature(String name) {
    return Bytes.fromHexString(digest(name).get("signature").asText());
  }

  static Map<String, JsonNode> messages() {
    Map<String, JsonNode> byName = new LinkedHashMap<>();
    FILE.get("messages").forEach(node -> byName.put(node.get("name").asText(), node));
    return byName;
  }

  static final List<MethodEntry> METHODS =
      List.of(
          new MethodEntry(
              MethodId.CHEQUE.number(),
              "cheque/2",
              Optional.of(io.lesnode.primitives.Address.of(repeat(0xac, 20))),
              Bytes32.wrap(repeat(0xcd, 32)),
              Bytes.EMPTY),
          new MethodEntry(
              MethodId.TEST.number(),
              "test/1",
              Optional.empty(),
              Bytes32.ZERO,
              Bytes.fromHexString("0xc20102")));

  static final OfferTerms TERMS =
      new OfferTerms(
          7,
          1_700_000_000,
          1_700_003_600,
          "eth",
          wei(104_000_000_000L),
          wei(100_000_000_000L),
          9_000_000_000_000L,
          18_000_000_000_000L,
          OfferTerms.Factors.DEFAULT,
          16_000,
          4_000_000,
          10_000_000,
          8_000_000,
          180,
          60,
          86_400,
          16_000,
          List.of(1, 2, 4),
          List.of(POOL));

  static final VipMessage.Exchange BUY =
      new VipMessage.Exchange(
          9, 5, 1000, 57_600_000_000L, wei(10_000_000_000_000_000L), signature("exchange"));
  static final VipMessage.Exchange SELL =
      new VipMessage.Exchange(10, 6, -5000, -1, wei(77), signature("exchange that sells back"));
  static final VipMessage.PoolJoin JOIN =
      new VipMessage.PoolJoin(
          12,
          Role.SERVER.bit(),
          SERVER_PAY.address(),
          10_000_000,
          List.of("les/4", "vip/1"),
          signature("join"));
  static final PoolGrant GRANT =
      new PoolGrant(POOL, CLIENT, SERVER, 1_700_000_120, 160_000, signature("grant"));
  static final VipMessage.Usage USAGE =
      new VipMessage.Usage(
          POOL,
          28_333_333,
          CLIENT,
          SERVER,
          1_700_000_000,
          1_700_000_060,
          960_000_000,
          wei(99_840_000_000L),
          signature("usage"),
          SERVER_NODE.sign(bytes32(digest("usage").get("digest"))).toBytes65());

  /** Every message of the file as a record. */
  static Map<String, VipMessage> records() {
    Map<String, VipMessage> all = new LinkedHashMap<>();
    handshake(all);
    market(all);
    payments(all);
    service(all);
    pool(all);
    return all;
  }

  private static void handshake(Map<String, VipMessage> all) {
    all.put(
        "status",
        new VipMessage.Status(
            1,
            CHAIN_ID,
            Bytes32.wrap(repeat(0x9e, 32)),
            Role.CLIENT.bit(),
            Optional.of(CLIENT_PAY.address()),
            1_700_000_000,
            METHODS,
            signature("bind")));
    all.put(
        "status of a server without an account",
        new VipMessage.Status(
            1,
            UInt256.ONE,
            Bytes32.wrap(repeat(0x9e, 32)),
            Role.SERVER.bit() | Role.POOL.bit(),
            Optional.empty(),
            1_700_000_001,
            List.of(),
            Bytes.EMPTY));
    all.put("offer", VipMessage.Offer.of(TERMS, signature("offer")));
  }

  private static void market(Map<String, VipMessage> all) {
    all.put(
        "query",
        new VipMessage.Query(
            5, 180, 3600, List.of(16_000L, 160_000L), List.of(0L, 57_600_000_000L, -1_000_000L)));
    all.put(
        "quote",
        new VipMessage.Quote(
            5,
            99,
            1_700_000_060,
            List.of(16_000L, 160_000L, 0L),
            List.of(Price.ofWei(wei(0)), Price.ofWei(wei(5_990_400_000_000L)), Price.infinite()),
            List.of(0L, VipMessage.Quote.NOT_TO_BE_HAD),
            wei(1_000_000_000_000_000_000L),
            57_600_000_000L,
            3));
    all.put(
        "quote with a refund",
        new VipMessage.Quote(
            -1,
            100,
            1_700_000_060,
            List.of(16_000L),
            List.of(Price.ofWei(UInt256.MAX_VALUE)),
            List.of(),
            UInt256.ZERO,
            0,
            0));
    all.put(
        "bid",
        new VipMessage.Bid(
            6, 2, List.of(20_000_000L, 18_000_000L, 18_000_000L), 60_000_000, 1_700_007_200));
    all.put("bid that revokes", new VipMessage.Bid(7, 3, List.of(), 0, 0));
    all.put("award", new VipMessage.Award(0, 12, 2, 33_000_000, 16_500_000, 5000));
  }

  private static void payments(Map<String, VipMessage> all) {
    all.put("open", new VipMessage.Open(8, 1, Bytes.fromHexString("0xc0")));
    all.put("params", new VipMessage.Params(8, 1, 6, Bytes.fromHexString("0xc8830f424082271080")));
    all.put("pay", new VipMessage.Pay(PAY_ID, 1, PROOF, 57_600_000_000L));
    all.put(
        "pay with a long id",
        new VipMessage.Pay(Bytes.fromHexString("0xfedcba9876543210"), 2, PROOF, 0));
    all.put(
        "receipt",
        new VipMessage.Receipt(
            PAY_ID,
            0,
            wei(5_990_400_000_000L),
            wei(1_000_000_000_000_000_000L),
            wei(1234),
            115_200_000_000L,
            4,
            Bytes.EMPTY,
            signature("receipt")));
    all.put(
        "receipt of a stale payment",
        new VipMessage.Receipt(
            PAY_ID,
            4,
            UInt256.ZERO,
            wei(1_000_000_000_000_000_000L),
            wei(1234),
            115_200_000_000L,
            4,
            PROOF,
            Bytes.EMPTY));
    all.put("exchange", BUY);
    all.put("exchange that sells back", SELL);
    all.put("exchanged", new VipMessage.Exchanged(10, 6, -4999, wei(78), 1, wei(1312)));
  }

  private static void service(Map<String, VipMessage> all) {
    all.put("setCapacity", new VipMessage.SetCapacity(11, 160_000, 960_000_000, 180));
    all.put("capacity", new VipMessage.Capacity(11, 160_000, 960_000_000, 0));
    all.put(
        "notice",
        new VipMessage.Notice(
            NoticeKind.LOW.number(), 960_000_000, 60, wei(5_990_400_000_000L), 30, Bytes.EMPTY));
    all.put(
        "notice of an unknown kind",
        new VipMessage.Notice(200, 0, 0, UInt256.ZERO, 0, Bytes.fromHexString("0xc20102")));
    all.put(
        "refuse", new VipMessage.Refuse(9, 4, 5, "the serial must be above 6 – ask for a quote"));
  }

  private static void pool(Map<String, VipMessage> all) {
    all.put("poolJoin", JOIN);
    all.put(
        "poolMatch",
        new VipMessage.PoolMatch(
            13,
            List.of(
                new VipMessage.MatchedHost(
                    "enode://"
                        + SERVER_NODE.publicKey().toUnprefixedHexString()
                        + "@127.0.0.1:30303",
                    GRANT.encode()))));
    all.put("usage", USAGE);
    all.put(
        "usage signed by one side",
        new VipMessage.Usage(
            USAGE.pool(),
            USAGE.epoch(),
            USAGE.client(),
            USAGE.host(),
            USAGE.fromSeconds(),
            USAGE.toSeconds(),
            USAGE.tokens(),
            USAGE.amountWei(),
            USAGE.clientSignature(),
            Bytes.EMPTY));
    all.put(
        "poolState",
        new VipMessage.PoolState(
            wei(100_000_000_000_000_000L), List.of(CLIENT, SERVER), 15_537_393));
    all.put(
        "close",
        new VipMessage.Close(
            14,
            1,
            CloseMode.COOPERATIVE.number(),
            Bytes.fromHexString("0xc483010203"),
            repeat(0x66, 65)));
  }

  static Bytes32 bytes32(JsonNode hex) {
    return Bytes32.fromHexString(hex.asText());
  }

  static UInt256 wei(long amount) {
    return UInt256.valueOf(amount);
  }

  static Bytes repeat(int value, int times) {
    byte[] bytes = new byte[times];
    java.util.Arrays.fill(bytes, (byte) value);
    return Bytes.wrap(bytes);
  }

  private static KeyPair key(int fill) {
    return KeyPair.ofSecret(Bytes32.wrap(repeat(fill, 32)));
  }

  private static Bytes32 nodeId(KeyPair key) {
    return Keccak.keccak256(key.publicKey());
  }

  private static JsonNode load() {
    try (InputStream in =
        Objects.requireNonNull(Vectors.class.getResourceAsStream("messages.json"))) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
