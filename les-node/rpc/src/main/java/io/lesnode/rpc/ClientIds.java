package io.lesnode.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.devp2p.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.tuweni.bytes.Bytes32;

/**
 * Reads how callers name light clients: by the hash of the public key in 64 hex digits, with or
 * without 0x, or by an enode URL, whose address does not matter. Stateless.
 */
final class ClientIds {
  private static final Pattern HASH = Pattern.compile("(0x)?[0-9a-fA-F]{64}");
  private static final String ENODE = "enode://";
  private static final int SHOWN_CHARACTERS = 80;

  private ClientIds() {}

  /** The id that a text means, if it means one. */
  static Optional<Bytes32> parse(String text) {
    if (HASH.matcher(text).matches()) {
      return Optional.of(Bytes32.fromHexString(text));
    }
    String rest = text.startsWith(ENODE) ? text.substring(ENODE.length()) : text;
    int at = rest.indexOf('@');
    if (at >= 0 && !text.startsWith(ENODE)) {
      return Optional.empty();
    }
    try {
      return Optional.of(NodeId.fromHex(at < 0 ? rest : rest.substring(0, at)).hash());
    } catch (IllegalArgumentException noKey) {
      return Optional.empty();
    }
  }

  /** One required id. */
  static Bytes32 one(Arguments arguments, int index) {
    return parse(arguments.string(index))
        .orElseThrow(() -> Arguments.invalid(index, malformed(arguments.string(index))));
  }

  /** A bound of a range of ids; zero when absent. */
  static Bytes32 orZero(Arguments arguments, int index) {
    return arguments.has(index) ? one(arguments, index) : Bytes32.ZERO;
  }

  /** A list of ids, every one of which must be right. */
  static List<Bytes32> all(Arguments arguments, int index) {
    List<Bytes32> ids = new ArrayList<>();
    for (String text : texts(arguments, index)) {
      ids.add(parse(text).orElseThrow(() -> Arguments.invalid(index, malformed(text))));
    }
    return ids;
  }

  /** The right ones of a list of ids. */
  static List<Bytes32> known(Arguments arguments, int index) {
    return texts(arguments, index).stream().flatMap(text -> parse(text).stream()).toList();
  }

  private static List<String> texts(Arguments arguments, int index) {
    List<String> texts = new ArrayList<>();
    if (!arguments.has(index)) {
      return texts;
    }
    JsonNode list = arguments.required(index);
    if (!list.isArray()) {
      throw Arguments.invalid(index, Arguments.cannotUnmarshal(list, "[]string"));
    }
    for (JsonNode item : list) {
      if (!item.isTextual()) {
        throw Arguments.invalid(index, Arguments.cannotUnmarshal(item, "string"));
      }
      texts.add(item.textValue());
    }
    return texts;
  }

  private static String malformed(String text) {
    String shown =
        text.length() <= SHOWN_CHARACTERS ? text : text.substring(0, SHOWN_CHARACTERS) + "…";
    return "\""
        + shown.replaceAll("[\\p{Cntrl}\"]", "?")
        + "\" names no client, want 64 hex digits or an enode URL";
  }
}
