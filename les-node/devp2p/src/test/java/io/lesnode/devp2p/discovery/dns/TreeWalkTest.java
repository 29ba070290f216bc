package io.lesnode.devp2p.discovery.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lesnode.devp2p.discovery.SimNode;
import io.lesnode.devp2p.enr.NodeRecord;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.crypto.KeyPair;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Walks the example zone of EIP-1459, and trees that lie, fail and change, in virtual time. */
class TreeWalkTest {
  /** The key that signed the example. */
  private static final String URL =
      "enrtree://AKPYQIUQIL7PSIACI32J7FGZW56E5FKHEFCCOFHILBIMW3M6LWXS2@n";

  private static final String LINK =
      "enrtree://AM5FCQLWIZX2QFPNJAP7VUERCCRNGRHWZG3YYHIUV7BVDQ5FDPRT2@morenodes.example.org";

  /** The example zone of EIP-1459. */
  private static final Map<String, String> ZONE =
      Map.of(
          "n",
          "enrtree-root:v1 e=JWXYDBPXYWG6FX3GMDIBFA6CJ4 l=C7HRFPF3BLGF3YR4DY5KX3SMBE seq=1"
              + " sig=o908WmNp7LibOfPsr4btQwatZJ5URBr2ZAuxvK4UWHlsB9sUOTJQaGAlLPVAhM__XJesCHxLISo94"
              + "z5Z2a463gA",
          "C7HRFPF3BLGF3YR4DY5KX3SMBE.n",
          LINK,
          "JWXYDBPXYWG6FX3GMDIBFA6CJ4.n",
          "enrtree-branch:2XS2367YHAXJFGLZHVAWLQD4ZY,H4FHT4B454P6UXFD7JCYQ5PWDY,"
              + "MHTDO6TMUBRIA2XWG5LUDACK24",
          "2XS2367YHAXJFGLZHVAWLQD4ZY.n",
          "enr:-HW4QOFzoVLaFJnNhbgMoDXPnOvcdVuj7pDpqRvh6BRDO68aVi5ZcjB3vzQRZH2IcLBGHzo8uUN3snqmgTiE"
              + "56CH3AMBgmlkgnY0iXNlY3AyNTZrMaECC2_24YYkYHEgdzxlSNKQEnHhuNAbNlMlWJxrJxbAFvA",
          "H4FHT4B454P6UXFD7JCYQ5PWDY.n",
          "enr:-HW4QAggRauloj2SDLtIHN1XBkvhFZ1vtf1raYQp9TBW2RD5EEawDzbtSmlXUfnaHcvwOizhVYLtr7e6vw7N"
              + "Af6mTuoCgmlkgnY0iXNlY3AyNTZrMaECjrXI8TLNXU0f8cthpAMxEshUyQlK-AM0PW2wfrnacNI",
          "MHTDO6TMUBRIA2XWG5LUDACK24.n",
          "enr:-HW4QLAYqmrwllBEnzWWs7I5Ev2IAs7x_dZlbYdRdMUx5EyKHDXp7AV5CkuPGUPdvbv1_Ms1CPfhcGCvSElS"
              + "osZmyoqAgmlkgnY0iXNlY3AyNTZrMaECriawHKWdDRk2xeZkrOXBQ0dfMFLHY4eENZwdufn1S1o");

  private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

  private final Map<String, String> zone = new HashMap<>();
  private final List<String> asked = new ArrayList<>();
  private final List<NodeRecord> found = new ArrayList<>();
  private long now = 12345;
  private long calls;

  private TreeWalk walk(String... urls) {
    List<TreeUrl> parsed = List.of(urls).stream().map(TreeUrl::parse).toList();
    return new TreeWalk(parsed, this::resolve, new SplittableRandom(1), now, found::add);
  }

  private List<String> resolve(String name) throws IOException {
    asked.add(name);
    String text = zone.get(name);
    if (text == null) {
      throw new IOException("no such name");
    }
    return List.of("something else", text);
  }

  /** Steps for a while, checking that it never asks for more than three steps a second. */
  private void run(TreeWalk walk, long nanos) {
    long end = now + nanos;
    while (now < end) {
      long wait = walk.step(now);
      assertThat(wait).isGreaterThanOrEqualTo(TreeWalk.QUESTION_NANOS);
      calls++;
      now += wait;
    }
  }

  @Test
  void readsTheExampleOfEip1459() {
    zone.putAll(ZONE);
    TreeWalk walk = walk(URL);

    run(walk, MINUTE);

    assertThat(found.stream().map(NodeRecord::toText))
        .containsExactlyInAnyOrderElementsOf(
            ZONE.values().stream().filter(text -> text.startsWith("enr:")).toList());
    assertThat(asked).contains("morenodes.example.org");
    assertThat(asked)
        .filteredOn(name -> name.endsWith("n") && !name.contains("example"))
        .containsExactlyInAnyOrderElementsOf(ZONE.keySet());
  }

  @Test
  void anUnchangedRootIsOnlyLookedAtEveryHalfHour() {
    zone.putAll(ZONE);
    zone.remove("C7HRFPF3BLGF3YR4DY5KX3SMBE.n"); // without the link
    TreeWalk walk = walk(URL);
    run(walk, MINUTE);
    int first = asked.size();
    found.clear();
    calls = 0;

    run(walk, 600 * MINUTE);

    assertThat(asked.subList(first, asked.size())).hasSize(20).containsOnly("n");
    assertThat(calls).as("no busy loop").isLessThan(50);
    assertThat(found).as("told of again").hasSize(60);
  }

  @Test
  void aForgedRootLeadsNowhere() {
    zone.putAll(ZONE);
    zone.put("n", ZONE.get("n").replace("seq=1", "seq=2"));
    TreeWalk walk = walk(URL);
    run(walk, 600 * MINUTE);
    assertThat(found).isEmpty();
    assertThat(asked).containsOnly("n");
    assertThat(asked).as("ever less often").hasSizeLessThan(40);
    assertThat(walk.failures()).isEqualTo(asked.size());
  }

  @Test
  void aForgedEntryIsLeftOut() {
    zone.putAll(ZONE);
    zone.put("2XS2367YHAXJFGLZHVAWLQD4ZY.n", ZONE.get("H4FHT4B454P6UXFD7JCYQ5PWDY.n"));
    run(walk(URL), MINUTE);
    assertThat(found).hasSize(2);
  }

  @Test
  void aNameThatDoesNotAnswerIsAskedThreeTimes() {
    zone.putAll(ZONE);
    zone.remove("2XS2367YHAXJFGLZHVAWLQD4ZY.n");
    run(walk(URL), MINUTE);
    assertThat(found).hasSize(2);
    assertThat(asked).filteredOn("2XS2367YHAXJFGLZHVAWLQD4ZY.n"::equals).hasSize(3);
  }

  @Test
  void aNewRootReplacesTheTreeAndAnOlderOneDoesNot() {
    KeyPair key = SimNode.keyOf(5);
    String url = publish(key, "t", 7, List.of(record(1), record(2)), List.of());
    Map<String, String> old = Map.copyOf(zone);
    TreeWalk walk = walk(url);
    run(walk, MINUTE);
    assertThat(found).containsExactlyInAnyOrder(record(1), record(2));

    found.clear();
    zone.clear();
    publish(key, "t", 8, List.of(record(3)), List.of());
    run(walk, 35 * MINUTE);
    assertThat(found).contains(record(3)).doesNotContain(record(1), record(2));

    found.clear();
    zone.putAll(old);
    run(walk, 35 * MINUTE);
    assertThat(found).contains(record(3)).doesNotContain(record(1), record(2));
  }

  @Test
  void treesThatLinkToEachOtherAreWalkedOnce() {
    KeyPair one = SimNode.keyOf(5);
    KeyPair two = SimNode.keyOf(6);
    String urlTwo = new TreeUrl(two.publicKey(), "two").toString();
    String urlOne = publish(one, "one", 1, List.of(record(1)), List.of(urlTwo));
    publish(two, "two", 1, List.of(record(2)), List.of(urlOne));

    run(walk(urlOne), MINUTE);

    assertThat(found).containsExactlyInAnyOrder(record(1), record(2));
    assertThat(asked).doesNotHaveDuplicates();
  }

  @Test
  void aTreeOfManyTreesAndManyNodesStaysBounded() {
    List<String> links = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      links.add(new TreeUrl(SimNode.keyOf(100 + i).publicKey(), "tree" + i).toString());
    }
    String url = publish(SimNode.keyOf(5), "t", 1, List.of(record(1)), links);

    run(walk(url), 3 * MINUTE);

    assertThat(asked.stream().filter(name -> name.startsWith("tree")).distinct().count())
        .isEqualTo(TreeWalk.TREES_MAX - 1);
  }

  private static NodeRecord record(int seed) {
    return NodeRecord.builder().seq(1).sign(SimNode.keyOf(seed));
  }

  /** Writes a tree with one branch into the zone; its URL. */
  private String publish(
      KeyPair key, String domain, long seq, List<NodeRecord> records, List<String> links) {
    String nodes = branch(domain, records.stream().map(NodeRecord::toText).toList());
    String linked = branch(domain, links);
    String signed = "enrtree-root:v1 e=" + nodes + " l=" + linked + " seq=" + seq;
    byte[] signature =
        key.sign(Keccak.keccak256(signed.getBytes(StandardCharsets.US_ASCII)))
            .toBytes65()
            .toArray();
    zone.put(
        domain,
        signed + " sig=" + Base64.getUrlEncoder().withoutPadding().encodeToString(signature));
    return new TreeUrl(key.publicKey(), domain).toString();
  }

  private String branch(String domain, List<String> entries) {
    return entry(
        domain,
        "enrtree-branch:"
            + String.join(",", entries.stream().map(text -> entry(domain, text)).toList()));
  }

  private String entry(String domain, String text) {
    String hash =
        Base32.encode(Keccak.keccak256(text.getBytes(StandardCharsets.US_ASCII)).slice(0, 16));
    zone.put(hash + "." + domain, text);
    return hash;
  }

  /** The malformed entries of geth's tests, and some of ours. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "enrtree-branch:1,2",
        "enrtree-branch:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "enrtree://nodes.example.org",
        "enrtree://AP62DT7WOTEQZGQZOU474PP3KMEGVTTE7A7NPRXKX3DUD57@nodes.example.org",
        "enrtree://AP62DT7WONEQZGQZOU474PP3KMEGVTTE7A7NPRXKX3DUD57TQHGIA@nodes.example.org",
        "enrtree://AM5FCQLWIZX2QFPNJAP7VUERCCRNGRHWZG3YYHIUV7BVDQ5FDPRT2@a b",
        "enrtree://AM5FCQLWIZX2QFPNJAP7VUERCCRNGRHWZG3YYHIUV7BVDQ5FDPRT2@ldap:/x",
        "enr:-HW4QLZHjM4vZXkbp-5xJoHsKSbE7W39FPC8283X-y8oHcHPTnDDlIlzL5ArvDUlHZVDPgmFASrh7cWgLOLxj4"
            + "wprRkHgmlkgnY0iXNlY3AyNTZrMaEC3t2jLMhDpCDX5mbSEwDn4L3iUfyXzoO8G28XvjGRkrAg=",
        "",
        "foo",
        "enrtree",
        "enrtree-x="
      })
  void refusesMalformedEntries(String text) {
    String hash = entry("x", text);
    assertThatThrownBy(() -> TreeEntry.parse(text, hash))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void readsUrlsOfTheEip() {
    assertThat(TreeUrl.parse(LINK).toString()).isEqualTo(LINK);
    assertThat(
            TreeUrl.parse(
                    "enrtree://AM5FCQLWIZX2QFPNJAP7VUERCCRNGRHWZG3YYHIUV7BVDQ5FDPRT2@nodes.example.org")
                .domain())
        .isEqualTo("nodes.example.org");
  }

  @Test
  void joinsTheStringsOfATxtRecordAsTheJdkShowsThem() {
    assertThat(SystemTxtResolver.joined("enr:abc def")).isEqualTo("enr:abcdef");
    assertThat(SystemTxtResolver.joined("\"enrtree-root:v1 e=A l=B\" \" seq=1\""))
        .isEqualTo("enrtree-root:v1 e=A l=B seq=1");
    assertThat(SystemTxtResolver.joined("\"a \\\"b\\\\\"")).isEqualTo("a \"b\\");
  }
}
