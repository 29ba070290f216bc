package io.lesnode.devp2p.discovery;

import io.lesnode.devp2p.enr.NodeRecord;
import io.lesnode.primitives.crypto.KeyPair;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.rlp.RLP;
import org.jspecify.annotations.Nullable;

/**
 * Our own node record. Whenever an entry changes it is signed anew under a higher sequence number,
 * also across restarts: others keep what has the highest number. Thread-safe.
 */
public final class LocalRecord implements Supplier<NodeRecord> {
  private final KeyPair key;
  private final TreeMap<String, Bytes> entries = new TreeMap<>();
  private final List<Consumer<NodeRecord>> listeners = new ArrayList<>();
  private volatile NodeRecord current;

  /**
   * A record with these entries.
   *
   * @param initial key to RLP of the value, the identity excepted
   * @param previous our last record, null if there is none; with equal entries it stays valid
   * @param nowMillis since 1970: where numbers start, so that a lost file does not reset them
   * @param onChange hears of every new record, the first one included; called one at a time
   */
  public LocalRecord(
      KeyPair key,
      Map<String, Bytes> initial,
      @Nullable NodeRecord previous,
      long nowMillis,
      Consumer<NodeRecord> onChange) {
    this.key = key;
    this.entries.putAll(initial);
    this.listeners.add(onChange);
    NodeRecord candidate = sign(nowMillis);
    if (previous != null && previous.publicKey().equals(key.publicKey())) {
      candidate =
          candidate.entries().equals(previous.entries())
              ? previous
              : sign(Math.max(previous.seq() + 1, nowMillis));
    }
    this.current = candidate;
    onChange.accept(candidate);
  }

  private NodeRecord sign(long seq) {
    NodeRecord.Builder builder = NodeRecord.builder().seq(seq);
    entries.forEach(builder::entry);
    return builder.sign(key);
  }

  /** The record as it is now. */
  @Override
  public NodeRecord get() {
    return current;
  }

  /** Sets an entry to a value given as RLP. */
  public synchronized void set(String name, Bytes rlpValue) {
    if (!rlpValue.equals(entries.put(name, rlpValue))) {
      renew();
    }
  }

  /** Sets the address and ports that others reach us at; 0 for a port that is closed. */
  public synchronized void setEndpoint(InetAddress address, int tcpPort, int udpPort) {
    TreeMap<String, Bytes> before = new TreeMap<>(entries);
    putEndpoint(entries, address, tcpPort, udpPort);
    if (!before.equals(entries)) {
      renew();
    }
  }

  /** Writes an endpoint into entries of a record. */
  static void putEndpoint(
      Map<String, Bytes> entries, InetAddress address, int tcpPort, int udpPort) {
    byte[] bytes = address.getAddress();
    entries.remove(bytes.length == 4 ? "ip6" : "ip");
    entries.put(bytes.length == 4 ? "ip" : "ip6", RLP.encodeByteArray(bytes));
    putPort(entries, "tcp", tcpPort);
    putPort(entries, "udp", udpPort);
  }

  private static void putPort(Map<String, Bytes> entries, String name, int port) {
    if (port == 0) {
      entries.remove(name);
    } else {
      entries.put(name, RLP.encodeInt(port));
    }
  }

  private void renew() {
    NodeRecord renewed = sign(current.seq() + 1);
    current = renewed;
    listeners.forEach(listener -> listener.accept(renewed));
  }

  /** Adds somebody who hears of every new record, beginning with the present one. */
  synchronized void listen(Consumer<NodeRecord> listener) {
    listeners.add(listener);
    listener.accept(current);
  }
}
