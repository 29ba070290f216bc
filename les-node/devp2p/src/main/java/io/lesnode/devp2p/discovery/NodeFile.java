package io.lesnode.devp2p.discovery;

import io.lesnode.devp2p.Enode;
import io.lesnode.devp2p.discovery.table.KnownNode;
import io.lesnode.devp2p.enr.NodeRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What discovery remembers between runs: our last record and the nodes that answered, one a line. A
 * small text file that is replaced as a whole; a damaged one is read as far as it goes, because all
 * that it holds is signed or checked again. Used by one thread at a time.
 */
final class NodeFile {
  private static final Logger LOG = LoggerFactory.getLogger(NodeFile.class);

  static final int NODES_MAX = 100;
  private static final int SIZE_MAX_BYTES = 1 << 17;
  private static final String SELF = "self ";
  private static final String RECORD = "enr:";

  /**
   * The contents.
   *
   * @param self our last record, null if none was kept
   */
  record Contents(@Nullable NodeRecord self, List<KnownNode> nodes) {}

  private final @Nullable Path path;

  NodeFile(@Nullable Path path) {
    this.path = path;
  }

  Contents read() {
    NodeRecord self = null;
    List<KnownNode> nodes = new ArrayList<>();
    for (String line : lines()) {
      try {
        if (line.startsWith(SELF)) {
          self = NodeRecord.parse(line.substring(SELF.length()));
        } else if (nodes.size() < NODES_MAX) {
          node(line).ifPresent(nodes::add);
        }
      } catch (IllegalArgumentException damaged) {
        LOG.debug("A line of {} cannot be used: {}", path, damaged.getMessage());
      }
    }
    return new Contents(self, nodes);
  }

  private List<String> lines() {
    if (path == null || !Files.exists(path)) {
      return List.of();
    }
    try (var in = Files.newInputStream(path)) {
      return new String(in.readNBytes(SIZE_MAX_BYTES), StandardCharsets.ISO_8859_1)
          .lines()
          .toList();
    } catch (IOException unreadable) {
      LOG.warn("The known nodes in {} cannot be read: {}", path, unreadable.toString());
      return List.of();
    }
  }

  /** Names in enode URLs are never looked up here: an address is all that we ever write. */
  private static Optional<KnownNode> node(String line) {
    return line.startsWith(RECORD)
        ? KnownNode.of(NodeRecord.parse(line))
        : line.matches("enode://[0-9a-f]{128}@[0-9a-f.:\\[\\]]+:\\d+(\\?discport=\\d+)?")
            ? KnownNode.of(Enode.parse(line))
            : Optional.empty();
  }

  void write(NodeRecord self, List<KnownNode> nodes) {
    if (path == null) {
      return;
    }
    StringBuilder text = new StringBuilder(SELF).append(self.toText()).append('\n');
    for (KnownNode node : nodes.subList(0, Math.min(nodes.size(), NODES_MAX))) {
      NodeRecord record = node.record();
      String url =
          record == null || KnownNode.of(record).isEmpty()
              ? node.enode().toString()
              : record.toText();
      text.append(url).append('\n');
    }
    Path part = path.resolveSibling(path.getFileName() + ".part");
    try {
      Path folder = path.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      Files.writeString(part, text, StandardCharsets.ISO_8859_1);
      Files.move(part, path, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException full) {
      LOG.warn("The known nodes cannot be kept in {}: {}", path, full.toString());
    }
  }
}
