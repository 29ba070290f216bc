package io.lesnode.devp2p.discovery.dns;

import io.lesnode.devp2p.enr.NodeRecord;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.crypto.KeyPair;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A DNS zone in memory with node lists of one signer. */
public final class TestZone implements TxtResolver {
  private final Map<String, String> texts = new ConcurrentHashMap<>();
  private final KeyPair key;

  /** An empty zone. */
  public TestZone(KeyPair key) {
    this.key = key;
  }

  /** Publishes a list of nodes without links. */
  public TreeUrl publish(String domain, long seq, List<NodeRecord> records) {
    String nodes = branch(domain, records.stream().map(NodeRecord::toText).toList());
    String signed = "enrtree-root:v1 e=" + nodes + " l=" + branch(domain, List.of());
    signed = signed + " seq=" + seq;
    byte[] signature =
        key.sign(Keccak.keccak256(signed.getBytes(StandardCharsets.US_ASCII)))
            .toBytes65()
            .toArray();
    texts.put(
        domain,
        signed + " sig=" + Base64.getUrlEncoder().withoutPadding().encodeToString(signature));
    return new TreeUrl(key.publicKey(), domain);
  }

  private String branch(String domain, List<String> entries) {
    return entry(
        domain,
        "enrtree-branch:"
            + String.join(",", entries.stream().map(text -> entry(domain, text)).toList()));
  }

  private String entry(String domain, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    String hash = Base32.encode(Keccak.keccak256(bytes).slice(0, 16));
    texts.put(hash + "." + domain, text);
    return hash;
  }

  @Override
  public List<String> txt(String name) throws IOException {
    String text = texts.get(name);
    if (text == null) {
      throw new IOException("no such name: " + name);
    }
    return List.of(text);
  }
}
