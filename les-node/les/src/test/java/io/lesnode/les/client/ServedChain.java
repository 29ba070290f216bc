package io.lesnode.les.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.lesnode.chain.index.CheckpointEntry;
import io.lesnode.chain.index.Sections;
import io.lesnode.chain.trie.SecureTrie;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.Block;
import io.lesnode.primitives.BlockBody;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.Receipt;
import io.lesnode.primitives.config.Genesis;
import io.lesnode.primitives.rlp.RlpReader;
import io.lesnode.primitives.testing.Vectors;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** A chain of the vectors: all its blocks, and the state of the genesis block. Immutable. */
final class ServedChain {
  private final String name;
  private final Genesis genesis;
  private final JsonNode expected;
  private final List<BlockHeader> headers;
  private final List<UInt256> totalDifficulties;
  private final Map<Bytes32, Integer> numbers = new HashMap<>();
  private final List<BlockBody> bodies;
  private final SecureTrie genesisState;
  private final List<List<Receipt>> receipts;

  private ServedChain(
      String name,
      Genesis genesis,
      JsonNode expected,
      List<BlockHeader> headers,
      List<BlockBody> bodies,
      List<List<Receipt>> receipts) {
    this.receipts = receipts;
    this.name = name;
    this.genesis = genesis;
    this.expected = expected;
    this.headers = headers;
    this.bodies = bodies;
    this.genesisState = GenesisRoot.stateTrie(genesis);
    totalDifficulties = new ArrayList<>(headers.size());
    UInt256 sum = UInt256.ZERO;
    for (int i = 0; i < headers.size(); i++) {
      sum = sum.add(headers.get(i).difficulty());
      totalDifficulties.add(sum);
      numbers.put(headers.get(i).hash(), i);
    }
  }

  /** A chain that a test made, with its receipts. */
  static ServedChain made(
      Genesis genesis,
      List<BlockHeader> headers,
      List<BlockBody> bodies,
      List<List<Receipt>> receipts) {
    return new ServedChain("made", genesis, MissingNode.getInstance(), headers, bodies, receipts);
  }

  /** All chain files of the vectors; a folder with several of them gives several chains. */
  static List<ServedChain> all() {
    List<ServedChain> chains = new ArrayList<>();
    for (Path folder : Vectors.chains()) {
      try (Stream<Path> files = Files.list(folder)) {
        files
            .filter(file -> file.getFileName().toString().matches("chain.*\\.rlp(\\.gz)?"))
            .sorted()
            .forEach(file -> chains.add(load(folder, file)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return chains;
  }

  /** One chain by the names of its folder and file; the test is skipped, saying so, without it. */
  static ServedChain named(String folder, String fileStem) {
    Optional<ServedChain> found = find(folder, fileStem);
    Assumptions.assumeTrue(
        found.isPresent(),
        () ->
            "skipped: no chain %s/%s; give the folder of the vectors with -Dvectors=DIR"
                .formatted(folder, fileStem));
    return found.orElseThrow();
  }

  /** One chain by the names of its folder and file, or empty. */
  static Optional<ServedChain> find(String folder, String fileStem) {
    Path directory = Vectors.folder("chains").resolve(folder);
    return Stream.of(".rlp", ".rlp.gz")
        .map(ending -> directory.resolve(fileStem + ending))
        .filter(Files::exists)
        .findFirst()
        .map(file -> load(directory, file));
  }

  private static ServedChain load(Path folder, Path file) {
    String stem = file.getFileName().toString().replaceAll("\\.rlp(\\.gz)?$", "");
    Genesis genesis = Genesis.read(folder.resolve("genesis.json"));
    List<BlockHeader> headers = new ArrayList<>();
    List<BlockBody> bodies = new ArrayList<>();
    headers.add(GenesisRoot.header(genesis));
    bodies.add(BlockBody.EMPTY);
    try (InputStream in = Vectors.open(file)) {
      RlpReader reader = RlpReader.of(Bytes.wrap(in.readAllBytes()));
      while (!reader.isComplete()) {
        Block block = Block.decode(reader.readRaw());
        headers.add(block.header());
        bodies.add(block.body());
      }
      Path expectedFile = folder.resolve(stem.replace("chain", "expected") + ".json");
      JsonNode expected =
          Files.exists(expectedFile)
              ? new ObjectMapper().readTree(Files.readAllBytes(expectedFile))
              : MissingNode.getInstance();
      return new ServedChain(
          folder.getFileName() + "/" + stem, genesis, expected, headers, bodies, List.of());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same chain up to a block. */
  ServedChain upTo(long number) {
    int end = (int) number + 1;
    return new ServedChain(
        name + "@" + number,
        genesis,
        expected,
        List.copyOf(headers.subList(0, end)),
        List.copyOf(bodies.subList(0, end)),
        receipts.isEmpty() ? receipts : List.copyOf(receipts.subList(0, end)));
  }

  /** A chain of nothing but a genesis block; grown with {@link #plus}. */
  static ServedChain genesisOnly(String name, Genesis genesis) {
    return new ServedChain(
        name,
        genesis,
        MissingNode.getInstance(),
        List.of(GenesisRoot.header(genesis)),
        List.of(BlockBody.EMPTY),
        List.of());
  }

  /** The same chain with one more block. */
  ServedChain plus(BlockHeader header, BlockBody body) {
    List<BlockHeader> moreHeaders = new ArrayList<>(headers);
    List<BlockBody> moreBodies = new ArrayList<>(bodies);
    moreHeaders.add(header);
    moreBodies.add(body);
    return new ServedChain(name, genesis, expected, moreHeaders, moreBodies, receipts);
  }

  String name() {
    return name;
  }

  Genesis genesis() {
    return genesis;
  }

  /** What geth answered; a missing node where only the chain is there. */
  JsonNode expected() {
    return expected;
  }

  long networkId() {
    return genesis.config().chainId().toLong();
  }

  long headNumber() {
    return headers.size() - 1L;
  }

  AnnouncedHead head() {
    int last = headers.size() - 1;
    return new AnnouncedHead(headers.get(last).hash(), last, totalDifficulties.get(last));
  }

  UInt256 totalDifficulty(long number) {
    return totalDifficulties.get((int) number);
  }

  /** The section whose roots geth gave for this chain; empty where it has none. */
  Optional<CheckpointEntry> section() {
    JsonNode section = expected.path("section");
    return section.isMissingNode()
        ? Optional.empty()
        : Optional.of(
            new CheckpointEntry(
                section.path("index").asLong(),
                Bytes32.fromHexString(section.path("sectionHead").asText()),
                Bytes32.fromHexString(section.path("chtRoot").asText()),
                Bytes32.fromHexString(section.path("bloomRoot").asText())));
  }

  /** For every bloom bit which blocks of a section have it, found by looking at every bloom. */
  Bytes[] bloomVectors(long section, Sections sections) {
    byte[][] vectors = new byte[2048][(int) (sections.blocks() / 8)];
    for (int i = 0; i < sections.blocks(); i++) {
      Bytes bloom = header(sections.first(section) + i).logsBloom().bytes();
      for (int at = 0; at < 256; at++) {
        for (int bit = 0; bloom.get(at) != 0 && bit < 8; bit++) {
          if ((bloom.get(at) & 1 << bit) != 0) {
            vectors[8 * (255 - at) + bit][i / 8] |= (byte) (0x80 >> i % 8);
          }
        }
      }
    }
    return Stream.of(vectors).map(Bytes::wrap).toArray(Bytes[]::new);
  }

  BlockHeader header(long number) {
    return headers.get((int) number);
  }

  boolean has(long number) {
    return number >= 0 && number < headers.size();
  }

  @Nullable Integer numberOf(Bytes32 hash) {
    return numbers.get(hash);
  }

  BlockBody body(int number) {
    return bodies.get(number);
  }

  /** The receipts of a block; of chains that were made only. */
  List<Receipt> receipts(int number) {
    return receipts.isEmpty() ? List.of() : receipts.get(number);
  }

  /** Proof nodes in the genesis state. */
  List<Bytes> proveAtGenesis(Bytes accountKey, Bytes key) {
    if (accountKey.isEmpty()) {
      return genesisState.byHash().prove(key);
    }
    for (Map.Entry<Address, Genesis.Allocation> entry : genesis.alloc().entrySet()) {
      if (entry.getKey().hash().equals(accountKey)) {
        return GenesisRoot.storageTrie(entry.getValue()).byHash().prove(key);
      }
    }
    return List.of();
  }

  /** Code in the genesis state. */
  @Nullable Bytes codeAtGenesis(Bytes accountKey) {
    for (Map.Entry<Address, Genesis.Allocation> entry : genesis.alloc().entrySet()) {
      if (entry.getKey().hash().equals(accountKey)) {
        return entry.getValue().code();
      }
    }
    return null;
  }

  @Override
  public String toString() {
    return name;
  }
}
