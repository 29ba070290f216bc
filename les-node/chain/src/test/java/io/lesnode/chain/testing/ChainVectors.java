package io.lesnode.chain.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lesnode.chain.consensus.EthashSeal;
import io.lesnode.chain.consensus.InvalidBlockException;
import io.lesnode.chain.consensus.SealCheck;
import io.lesnode.primitives.Block;
import io.lesnode.primitives.config.ConsensusConfig;
import io.lesnode.primitives.config.Genesis;
import io.lesnode.primitives.rlp.RlpReader;
import io.lesnode.primitives.testing.Vectors;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.tuweni.bytes.Bytes;

/** The chain exports of the vectors. */
public final class ChainVectors {
  /** One for all tests of a JVM: its cache takes half a second to generate. */
  private static final EthashSeal SEAL = new EthashSeal();

  private ChainVectors() {}

  /** Returns the chain files of a folder: one, or several of one genesis in the order of import. */
  public static List<Path> files(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(path -> path.getFileName().toString().matches("chain.*\\.rlp(\\.gz)?"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns what geth answered after importing a chain file: {@code chain-a.rlp → expected-a.json}.
   */
  public static JsonNode expected(Path chainFile) {
    String name = chainFile.getFileName().toString();
    String suffix = name.substring("chain".length(), name.indexOf(".rlp"));
    return json(chainFile.resolveSibling("expected" + suffix + ".json"));
  }

  /** Reads a JSON file, inflated where its name ends in {@code .gz}. */
  public static JsonNode json(Path file) {
    try (InputStream in = Vectors.open(file)) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads the genesis of a folder. */
  public static Genesis genesis(Path folder) {
    return Genesis.read(folder.resolve("genesis.json"));
  }

  /** Iterates over the blocks of a chain file; all of its bytes are in memory. */
  public static Iterable<Block> blocks(Path chainFile) {
    RlpReader reader = RlpReader.of(bytes(chainFile));
    return () ->
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            return !reader.isComplete();
          }

          @Override
          public Block next() {
            return Block.readFrom(reader);
          }
        };
  }

  /** Reads a file, inflated where its name ends in {@code .gz}. */
  public static Bytes bytes(Path file) {
    try (InputStream in = Vectors.open(file)) {
      return Bytes.wrap(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns whether the seals of a chain are to be verified. A folder does not say whether its
   * proof of work is fake, so the seal of block 1 decides: a random one holds with a chance of
   * 2^-256.
   */
  public static SealCheck sealCheck(Path folder) {
    if (!(genesis(folder).config().consensus() instanceof ConsensusConfig.Ethash)) {
      return SealCheck.FULL;
    }
    try {
      SEAL.verify(blocks(files(folder).getFirst()).iterator().next().header());
      return SealCheck.FULL;
    } catch (InvalidBlockException fake) {
      return SealCheck.SKIP;
    }
  }
}
