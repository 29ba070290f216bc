package io.lesnode.chain.trie;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lesnode.primitives.Block;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.Receipt;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.rlp.RlpReader;
import io.lesnode.primitives.testing.Vectors;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLP;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Tries against the official tests, the roots in real blocks and the proofs that geth made. */
class TrieVectorsTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void officialTrieTests() throws IOException {
    Path zip = Vectors.folder("ethereum-tests").resolve("ethereum-tests.zip");
    Assumptions.assumeTrue(zip.toFile().exists(), "skipped: no ethereum-tests.zip");
    int cases = 0;
    try (ZipFile file = new ZipFile(zip.toFile())) {
      for (ZipEntry entry : file.stream().toList()) {
        if (entry.getName().matches("TrieTests/.*\\.json")) {
          cases += officialFile(entry.getName(), JSON.readTree(file.getInputStream(entry)));
        }
      }
    }
    System.out.println("TrieVectorsTest: " + cases + " official trie tests");
    assertThat(cases).isPositive();
  }

  private static int officialFile(String name, JsonNode tests) {
    int cases = 0;
    for (Map.Entry<String, JsonNode> test : tests.properties()) {
      JsonNode input = test.getValue().get("in");
      if (test.getValue().has("tests")) {
        neighbours(input, test.getValue().get("tests"));
      } else {
        boolean secure = name.toLowerCase(Locale.ROOT).contains("secure");
        List<Bytes[]> pairs = new ArrayList<>();
        if (input.isArray()) {
          input.forEach(pair -> pairs.add(new Bytes[] {text(pair.get(0)), text(pair.get(1))}));
        } else {
          input
              .properties()
              .forEach(pair -> pairs.add(new Bytes[] {text(pair.getKey()), text(pair.getValue())}));
        }
        MerklePatriciaTrie trie = new MerklePatriciaTrie();
        for (Bytes[] pair : pairs) {
          trie.put(secure ? Keccak.keccak256(pair[0]) : pair[0], pair[1]);
        }
        assertThat(trie.rootHash().toHexString())
            .as(name + " " + test.getKey())
            .isEqualTo(test.getValue().get("root").asText());
      }
      cases++;
    }
    return cases;
  }

  /** The order of the walk, by which the key before and after any string is known. */
  private static void neighbours(JsonNode input, JsonNode tests) {
    MerklePatriciaTrie trie = new MerklePatriciaTrie();
    input.forEach(key -> trie.put(text(key), Bytes.of(1)));
    List<String> walked = new ArrayList<>();
    trie.walk(
        new TrieVisitor() {
          @Override
          public void onValue(Bytes key, Bytes value) {
            walked.add(new String(key.toArrayUnsafe(), StandardCharsets.UTF_8));
          }
        });
    assertThat(walked).isSorted().hasSize(input.size());
    TreeSet<String> keys = new TreeSet<>(walked);
    for (JsonNode test : tests) {
      String lower = keys.lower(test.get(0).asText());
      String higher = keys.higher(test.get(0).asText());
      assertThat(lower == null ? "" : lower).isEqualTo(test.get(1).asText());
      assertThat(higher == null ? "" : higher).isEqualTo(test.get(2).asText());
    }
  }

  private static Bytes text(JsonNode node) {
    return node.isNull() ? Bytes.EMPTY : text(node.asText());
  }

  private static Bytes text(String text) {
    return text.startsWith("0x")
        ? Bytes.fromHexString(text)
        : Bytes.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void transactionRootsOfAllBlocks() throws IOException {
    int blocks = 0;
    for (Path chain : Vectors.chains()) {
      for (Block block : blocks(chain)) {
        assertThat(DerivedRoots.transactions(block.body().transactions()))
            .as(chain + " " + block.number())
            .isEqualTo(block.header().transactionsRoot());
        var withdrawals = block.body().withdrawals();
        if (withdrawals != null) {
          assertThat(DerivedRoots.withdrawals(withdrawals))
              .isEqualTo(block.header().withdrawalsRoot());
        }
        blocks++;
      }
    }
    System.out.println("TrieVectorsTest: transaction roots of " + blocks + " blocks");
  }

  @Test
  void proofsThatGethAnswered() throws IOException {
    int accounts = 0;
    int slots = 0;
    for (Path chain : Vectors.chains()) {
      for (Path file : Vectors.files("chains/" + chain.getFileName(), "expected*.json")) {
        Map<String, Bytes32> roots = stateRoots(chain, file);
        for (JsonNode call : JSON.readTree(file.toFile()).get("rpc")) {
          if (call.get("method").asText().equals("eth_getProof") && call.has("result")) {
            Bytes32 root = roots.get(call.get("params").get(2).asText());
            if (root != null) {
              slots += checkProof(root, call.get("result"));
              accounts++;
            }
          }
        }
      }
    }
    System.out.println(
        "TrieVectorsTest: " + accounts + " account proofs, " + slots + " storage proofs");
    assertThat(accounts).isPositive();
  }

  private static int checkProof(Bytes32 root, JsonNode result) {
    Bytes32 key = Keccak.keccak256(Bytes.fromHexString(result.get("address").asText()));
    List<Bytes> nodes = hexList(result.get("accountProof"));
    Bytes32 storageRoot = Bytes32.fromHexString(result.get("storageHash").asText());
    switch (ProofVerifier.verify(root, key, nodes)) {
      case ProofOutcome.Included included -> {
        assertThat(included.nodesUsed()).hasSize(nodes.size());
        RlpReader.decode(
            included.value(),
            reader ->
                reader.readList(
                    fields -> {
                      assertThat(fields.readUInt256())
                          .isEqualTo(UInt256.fromHexString(result.get("nonce").asText()));
                      assertThat(fields.readUInt256())
                          .isEqualTo(UInt256.fromHexString(result.get("balance").asText()));
                      assertThat(fields.readBytes32()).isEqualTo(storageRoot);
                      assertThat(fields.readBytes32().toHexString())
                          .isEqualTo(result.get("codeHash").asText());
                      return key;
                    }));
      }
      case ProofOutcome.Excluded excluded -> {
        assertThat(excluded.nodesUsed()).hasSize(nodes.size());
        assertThat(result.get("balance").asText()).isEqualTo("0x0");
        assertThat(result.get("nonce").asText()).isEqualTo("0x0");
      }
      case ProofOutcome.Invalid invalid -> throw new AssertionError(invalid.reason());
    }
    // geth sends the nodes from the root down: a trie over them gives the same list.
    assertThat(new MerklePatriciaTrie(new ProofNodeSource(nodes), root).prove(key))
        .isEqualTo(nodes);
    boolean isThere = !storageRoot.isZero();
    result.get("storageProof").forEach(slot -> checkSlot(isThere ? storageRoot : null, slot));
    return result.get("storageProof").size();
  }

  private static void checkSlot(@Nullable Bytes32 root, JsonNode slot) {
    UInt256 expected = UInt256.fromHexString(slot.get("value").asText());
    List<Bytes> nodes = hexList(slot.get("proof"));
    if (root == null) {
      assertThat(expected.isZero()).isTrue();
      return;
    }
    Bytes32 key = Keccak.keccak256(UInt256.fromHexString(slot.get("key").asText()).toBytes());
    switch (ProofVerifier.verify(root, key, nodes)) {
      case ProofOutcome.Included included ->
          assertThat(UInt256.fromBytes(RLP.decodeValue(included.value()))).isEqualTo(expected);
      case ProofOutcome.Excluded excluded -> assertThat(expected.isZero()).isTrue();
      case ProofOutcome.Invalid invalid -> throw new AssertionError(invalid.reason());
    }
    assertThat(new MerklePatriciaTrie(new ProofNodeSource(nodes), root).prove(key))
        .isEqualTo(nodes);
  }

  @Test
  void recordedProofAndReceiptMessages() throws IOException {
    Map<Bytes32, BlockHeader> headers = new HashMap<>();
    for (Path chain : Vectors.chains()) {
      blocks(chain).forEach(block -> headers.put(block.hash(), block.header()));
    }
    int proofs = 0;
    int receipts = 0;
    for (Path file : Vectors.files("les-wire", "*.jsonl*")) {
      Map<String, Bytes> requests = new HashMap<>();
      for (String line : Vectors.lines(file)) {
        JsonNode message = JSON.readTree(line);
        if (!message.path("proto").asText().equals("les") || !message.has("payload")) {
          continue;
        }
        Bytes payload = Bytes.fromHexString(message.get("payload").asText());
        String session = message.path("session").asText();
        switch (message.path("name").asText()) {
          case "GetProofsV2", "GetReceipts" -> requests.put(session + requestId(payload), payload);
          case "ProofsV2" -> {
            Bytes request = requests.get(session + requestId(payload));
            proofs += request == null ? 0 : checkProofs(headers, request, payload);
          }
          case "Receipts" -> {
            Bytes request = requests.get(session + requestId(payload));
            receipts += request == null ? 0 : checkReceipts(headers, request, payload);
          }
          default -> {}
        }
      }
    }
    System.out.println(
        "TrieVectorsTest: "
            + proofs
            + " keys in ProofsV2, receipt roots of "
            + receipts
            + " blocks");
    assertThat(proofs).isPositive();
    assertThat(receipts).isPositive();
  }

  private static long requestId(Bytes payload) {
    return RlpReader.of(payload).enterList().readUnsignedLong();
  }

  private record Key(Bytes32 blockHash, Bytes account, Bytes key, int fromLevel) {}

  /** Verifies the answers to requests that leave no node out, one flat set for all keys. */
  private static int checkProofs(Map<Bytes32, BlockHeader> headers, Bytes request, Bytes reply) {
    RlpReader in = RlpReader.of(request).enterList();
    in.skip();
    List<Key> keys =
        in.readListOf(
            1000,
            item ->
                item.readList(
                    fields ->
                        new Key(
                            fields.readBytes32(),
                            fields.readBytes(),
                            fields.readBytes(),
                            fields.readInt())));
    RlpReader out = RlpReader.of(reply).enterList();
    out.skip();
    out.skip();
    ProofNodeSource nodes = new ProofNodeSource(out.readListOf(10_000, RlpReader::readRaw));
    if (keys.isEmpty() || keys.stream().anyMatch(key -> key.fromLevel() > 0)) {
      return 0;
    }
    int verified = 0;
    for (Key key : keys) {
      BlockHeader header = headers.get(key.blockHash());
      if (header == null) {
        continue;
      }
      Bytes32 root = header.stateRoot();
      if (!key.account().isEmpty()) {
        // A storage slot: the answer does not have the account that names the root.
        continue;
      }
      if (ProofVerifier.verify(root, key.key(), nodes) instanceof ProofOutcome.Invalid invalid) {
        // An answer may end early; what it has must still begin at the root.
        assertThat(nodes.size()).as(invalid.reason()).isLessThan(keys.size() * 2);
      } else {
        verified++;
      }
    }
    if (verified == keys.size()) {
      assertThat(nodes.unusedCount()).isZero();
    }
    return verified;
  }

  private static int checkReceipts(Map<Bytes32, BlockHeader> headers, Bytes request, Bytes reply) {
    RlpReader in = RlpReader.of(request).enterList();
    in.skip();
    List<Bytes32> hashes = in.readListOf(1000, RlpReader::readBytes32);
    RlpReader out = RlpReader.of(reply).enterList();
    out.skip();
    out.skip();
    List<List<Receipt>> lists =
        out.readListOf(1000, list -> list.readListOf(100_000, Receipt::readFrom));
    List<Bytes32> answered = hashes.stream().filter(headers::containsKey).toList();
    if (lists.size() != answered.size()) {
      return 0;
    }
    for (int i = 0; i < lists.size(); i++) {
      BlockHeader header = headers.get(answered.get(i));
      assertThat(header).isNotNull();
      assertThat(DerivedRoots.receipts(lists.get(i))).isEqualTo(header.receiptsRoot());
    }
    return lists.size();
  }

  private static List<Bytes> hexList(JsonNode array) {
    List<Bytes> list = new ArrayList<>();
    array.forEach(item -> list.add(Bytes.fromHexString(item.asText())));
    return list;
  }

  /** State roots by height, of the chain that this file of answers is about. */
  private static Map<String, Bytes32> stateRoots(Path chain, Path expected) throws IOException {
    JsonNode facts = JSON.readTree(expected.toFile());
    Map<String, Bytes32> roots = new HashMap<>();
    roots.put("0x0", Bytes32.fromHexString(facts.get("genesisStateRoot").asText()));
    String head = facts.get("head").get("hash").asText();
    for (Path file : Vectors.files("chains/" + chain.getFileName(), "chain*.rlp*")) {
      List<Block> blocks = read(file);
      if (blocks.getLast().hash().toHexString().equals(head)) {
        blocks.forEach(
            block ->
                roots.put("0x" + Long.toHexString(block.number()), block.header().stateRoot()));
        roots.put("latest", blocks.getLast().header().stateRoot());
      }
    }
    return roots;
  }

  private static List<Block> blocks(Path chain) throws IOException {
    List<Block> blocks = new ArrayList<>();
    for (Path file : Vectors.files("chains/" + chain.getFileName(), "chain*.rlp*")) {
      blocks.addAll(read(file));
    }
    return blocks;
  }

  private static List<Block> read(Path file) throws IOException {
    try (InputStream in = Vectors.open(file)) {
      RlpReader reader = RlpReader.of(Bytes.wrap(in.readAllBytes()));
      List<Block> blocks = new ArrayList<>();
      while (!reader.isComplete()) {
        blocks.add(Block.readFrom(reader));
      }
      return blocks;
    }
  }
}
