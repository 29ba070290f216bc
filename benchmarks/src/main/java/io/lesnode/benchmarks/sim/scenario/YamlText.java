package io.lesnode.benchmarks.sim.scenario;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Reads YAML into {@link YamlNode}s: one document, every name once, no anchors, aliases or tags.
 * Confined to one thread.
 *
 * <p>Bounded before it is built: bytes, depth and pieces. Aliases are refused, so that a short file
 * cannot stand for a long one.
 */
final class YamlText {
  static final int MAX_BYTES = 1 << 20;
  private static final int MAX_DEPTH = 16;
  private static final int MAX_NODES = 50_000;

  private final String name;
  private final Iterator<Event> events;
  private int nodes;

  private YamlText(String name, String text) {
    this.name = name;
    LoadSettings settings =
        LoadSettings.builder().setLabel(name).setCodePointLimit(MAX_BYTES).build();
    this.events = new Parse(settings).parseString(text).iterator();
  }

  /**
   * Reads a file.
   *
   * @throws ScenarioException if it cannot be read, is too large or not what is allowed
   */
  static YamlNode read(Path file) {
    String name = String.valueOf(file.getFileName());
    return parse(name, text(file));
  }

  /** The text of a file that is not too large. */
  static String text(Path file) {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    } catch (NoSuchFileException e) {
      throw YamlNode.wrong(file.toString(), "there is no such file");
    } catch (IOException e) {
      throw YamlNode.wrong(
          file.toString(),
          Files.isDirectory(file)
              ? "this is a folder; name the scenario in it"
              : "it cannot be read: " + e);
    }
    if (bytes.length > MAX_BYTES) {
      throw YamlNode.wrong(file.toString(), "a scenario has at most " + MAX_BYTES + " bytes");
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw YamlNode.wrong(file.toString(), "it is no text in UTF-8");
    }
  }

  /**
   * Reads a text.
   *
   * @param name of the text in messages
   */
  static YamlNode parse(String name, String text) {
    YamlText reader = new YamlText(name, text);
    try {
      return reader.document();
    } catch (MarkedYamlEngineException e) {
      String problem = String.valueOf(e.getProblem());
      throw YamlNode.wrong(
          reader.where(e.getProblemMark()),
          "this is not YAML: " + problem.lines().findFirst().orElse(problem));
    } catch (YamlEngineException e) {
      throw YamlNode.wrong(name, "this is not YAML: " + e.getMessage());
    }
  }

  private YamlNode document() {
    events.next(); // the stream's start
    Event first = events.next();
    if (first.getEventId() == Event.ID.StreamEnd) {
      throw YamlNode.wrong(name, "the file is empty");
    }
    YamlNode root = node(events.next(), 0);
    events.next(); // the document's end
    Event after = events.next();
    if (after.getEventId() != Event.ID.StreamEnd) {
      throw YamlNode.wrong(where(after.getStartMark()), "a file holds one scenario");
    }
    return root;
  }

  private YamlNode node(Event event, int depth) {
    return node(event, where(event.getStartMark()), depth);
  }

  private YamlNode node(Event event, String where, int depth) {
    if (++nodes > MAX_NODES || depth > MAX_DEPTH) {
      throw YamlNode.wrong(
          where, "at most " + MAX_NODES + " values, " + MAX_DEPTH + " deep, are read");
    }
    if (event.getEventId() == Event.ID.Alias) {
      throw YamlNode.wrong(where, "aliases (*name) are not used here; write the value out");
    }
    if (event instanceof NodeEvent node && node.getAnchor().isPresent()) {
      throw YamlNode.wrong(where, "anchors (&name) are not used here; write the value out");
    }
    return switch (event) {
      case ScalarEvent scalar -> {
        refuseTag(where, scalar.getTag());
        yield new YamlNode.Scalar(where, scalar.getValue());
      }
      case SequenceStartEvent list -> {
        refuseTag(where, list.getTag());
        yield items(where, depth);
      }
      case MappingStartEvent fields -> {
        refuseTag(where, fields.getTag());
        yield fields(where, depth);
      }
      default -> throw YamlNode.wrong(where, "a value is missing");
    };
  }

  private YamlNode items(String where, int depth) {
    List<YamlNode> items = new ArrayList<>();
    for (Event e = events.next(); e.getEventId() != Event.ID.SequenceEnd; e = events.next()) {
      items.add(node(e, depth + 1));
    }
    return new YamlNode.Items(where, items);
  }

  private YamlNode fields(String where, int depth) {
    Map<String, YamlNode> fields = new LinkedHashMap<>();
    for (Event e = events.next(); e.getEventId() != Event.ID.MappingEnd; e = events.next()) {
      if (!(node(e, depth + 1) instanceof YamlNode.Scalar key)) {
        throw YamlNode.wrong(where(e.getStartMark()), "the name of a field is a plain word");
      }
      // a value stands where its name does: that is the line a person looks for
      YamlNode value = node(events.next(), key.where(), depth + 1);
      YamlNode before = fields.putIfAbsent(key.text(), value);
      if (before != null) {
        throw YamlNode.wrong(
            key.where(), "'" + key.text() + "' is there twice, first at " + before.where());
      }
    }
    return new YamlNode.Fields(where, fields);
  }

  private static void refuseTag(String where, Optional<String> tag) {
    if (tag.isPresent()) {
      throw YamlNode.wrong(where, "tags (" + tag.get() + ") are not used here");
    }
  }

  private String where(Optional<Mark> mark) {
    return mark.map(m -> name + ":" + (m.getLine() + 1)).orElse(name);
  }

  /** The text of a node, which reads back as an equal one but for the places. */
  static String write(YamlNode.Fields root) {
    StringBuilder out = new StringBuilder();
    writeFields(out, root, 0);
    return out.toString();
  }

  private static void writeFields(StringBuilder out, YamlNode.Fields fields, int indent) {
    for (Map.Entry<String, YamlNode> field : fields.fields().entrySet()) {
      out.append("  ".repeat(indent)).append(quoted(field.getKey())).append(':');
      writeValue(out, field.getValue(), indent);
    }
  }

  private static void writeValue(StringBuilder out, YamlNode value, int indent) {
    switch (value) {
      case YamlNode.Scalar scalar -> out.append(' ').append(quoted(scalar.text())).append('\n');
      case YamlNode.Fields fields when fields.fields().isEmpty() -> out.append(" {}\n");
      case YamlNode.Fields fields -> {
        out.append('\n');
        writeFields(out, fields, indent + 1);
      }
      case YamlNode.Items items when items.items().isEmpty() -> out.append(" []\n");
      case YamlNode.Items items -> {
        out.append('\n');
        for (YamlNode item : items.items()) {
          out.append("  ".repeat(indent + 1)).append('-');
          writeItem(out, item, indent + 1);
        }
      }
    }
  }

  private static void writeItem(StringBuilder out, YamlNode item, int indent) {
    if (item instanceof YamlNode.Fields fields && !fields.fields().isEmpty()) {
      StringBuilder block = new StringBuilder();
      writeFields(block, fields, indent + 1);
      // the first field stands beside the dash
      out.append(' ').append(block.substring(2 * (indent + 1)));
      return;
    }
    writeValue(out, item, indent);
  }

  /** Plain where nothing in it means something to YAML, else in double quotes. */
  private static String quoted(String text) {
    if (text.matches("[A-Za-z0-9][A-Za-z0-9 ._/%+:*-]*")
        && !text.endsWith(":")
        && !text.endsWith(" ")
        && !text.contains(": ")) {
      return text;
    }
    StringBuilder out = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\t' -> out.append("\\t");
        default -> {
          if (Character.isISOControl(c)) {
            out.append(String.format("\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    return out.append('"').toString();
  }
}
