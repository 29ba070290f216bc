package io.lesnode.benchmarks.load;

import io.lesnode.app.node.NodeFailure;
import io.lesnode.primitives.Address;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;

/**
 * Addresses to ask about: one a line, with the storage slots of a contract behind it, all in
 * hexadecimal; what follows a {@code #} is ignored.
 */
final class AddressFile {

  private static final int MOST_LINES = 10_000;
  private static final int MOST_SLOTS = 64;

  private AddressFile() {}

  /**
   * Reads a file, null for none: slots by address, in the order of the file.
   *
   * @throws NodeFailure naming the line that is wrong
   */
  static Map<Address, List<Bytes32>> read(@Nullable Path file) {
    Map<Address, List<Bytes32>> slots = new LinkedHashMap<>();
    if (file == null) {
      return slots;
    }
    int number = 0;
    try (Stream<String> lines = Files.lines(file)) {
      for (String line : (Iterable<String>) lines::iterator) {
        number++;
        if (number > MOST_LINES) {
          throw wrong(file, number, "there are more than " + MOST_LINES + " lines");
        }
        String text = line.replaceFirst("#.*", "").strip();
        if (!text.isEmpty()) {
          readLine(text, slots);
        }
      }
    } catch (IllegalArgumentException e) {
      throw wrong(file, number, String.valueOf(e.getMessage()));
    } catch (IOException | java.io.UncheckedIOException e) {
      throw new NodeFailure(
          "--addresses " + file + " cannot be read",
          String.valueOf(e.getMessage()),
          "Give a text file with one address a line",
          e);
    }
    return slots;
  }

  private static void readLine(String text, Map<Address, List<Bytes32>> slots) {
    List<String> words = List.of(text.split("\\s+"));
    String address = words.getFirst().replaceFirst("^0x", "");
    if (!address.matches("[0-9a-fA-F]{40}")) {
      throw new IllegalArgumentException("'" + abbreviated(words.getFirst()) + "' is no address");
    }
    List<Bytes32> own =
        slots.computeIfAbsent(
            Address.of(Bytes.fromHexString(address)), unseen -> new ArrayList<>());
    for (String word : words.subList(1, words.size())) {
      String slot = word.replaceFirst("^0x", "");
      if (!slot.matches("[0-9a-fA-F]{1,64}") || own.size() == MOST_SLOTS) {
        throw new IllegalArgumentException(
            "'" + abbreviated(word) + "' is no slot, or one of more than " + MOST_SLOTS);
      }
      own.add(Bytes32.leftPad(Bytes.fromHexStringLenient(slot)));
    }
  }

  private static String abbreviated(String word) {
    return word.length() <= 80 ? word : word.substring(0, 80) + "…";
  }

  private static NodeFailure wrong(Path file, int line, String why) {
    return new NodeFailure(
        "--addresses " + file + ", line " + line,
        why,
        "Write one address of 40 hexadecimal digits a line, storage slots behind it",
        null);
  }
}
