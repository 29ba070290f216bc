package io.lesnode.devp2p.discovery.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The JDK's DNS client against a name server on loopback that knows one name. */
class SystemTxtResolverTest {
  private static final String ROOT =
      "enrtree-root:v1 e=JWXYDBPXYWG6FX3GMDIBFA6CJ4 l=C7HRFPF3BLGF3YR4DY5KX3SMBE seq=1"
          + " sig=o908WmNp7LibOfPsr4btQwatZJ5URBr2ZAuxvK4UWHlsB9sUOTJQaGAlLPVAhM__XJesCHxLISo94z5Z"
          + "2a463gA";
  private static final List<List<String>> ANSWER =
      List.of(
          List.of(ROOT),
          List.of("v=spf1 include:x \"quoted\" back\\slash"),
          List.of("enrtree-branch:AAAA", "BBBB,", "CCCC"));

  private DatagramSocket server;
  private Thread thread;

  @BeforeEach
  void serve() throws Exception {
    server = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    thread = Thread.ofVirtual().start(this::answerAll);
  }

  @AfterEach
  void close() throws Exception {
    server.close();
    thread.join();
  }

  private void answerAll() {
    byte[] buffer = new byte[512];
    DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
    try {
      while (true) {
        packet.setLength(buffer.length);
        server.receive(packet);
        byte[] reply = reply(buffer, packet.getLength());
        server.send(new DatagramPacket(reply, reply.length, packet.getSocketAddress()));
      }
    } catch (IOException closed) {
      // the end of the test
    }
  }

  /** RFC 1035: the question again, and TXT records unless the name is "none". */
  private static byte[] reply(byte[] query, int size) throws IOException {
    String name = new String(query, 12, size - 12, StandardCharsets.ISO_8859_1);
    boolean known = name.contains("nodes");
    int questionEnd = 12;
    while (query[questionEnd] != 0) {
      questionEnd += 1 + query[questionEnd];
    }
    questionEnd += 5;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(query, 0, 2);
    out.write(new byte[] {(byte) 0x84, (byte) (known ? 0 : 3), 0, 1});
    out.write(new byte[] {0, (byte) (known ? ANSWER.size() : 0), 0, 0, 0, 0});
    out.write(query, 12, questionEnd - 12);
    if (known) {
      for (List<String> record : ANSWER) {
        int length = record.stream().mapToInt(text -> text.length() + 1).sum();
        out.write(new byte[] {(byte) 0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 60});
        out.write(new byte[] {(byte) (length >> 8), (byte) length});
        for (String text : record) {
          out.write(text.length());
          out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        }
      }
    }
    return out.toByteArray();
  }

  private SystemTxtResolver resolver() {
    return new SystemTxtResolver("dns://127.0.0.1:" + server.getLocalPort());
  }

  @Test
  void readsTextsAndJoinsTheirStrings() throws Exception {
    assertThat(resolver().txt("nodes.example.org"))
        .containsExactlyInAnyOrderElementsOf(
            ANSWER.stream().map(record -> String.join("", record)).toList());
  }

  @Test
  void aNameThatDoesNotExistIsAnError() {
    assertThatThrownBy(() -> resolver().txt("none.example.org"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("none.example.org");
  }

  @Test
  void textsThatAreNoNamesAreNotAsked() {
    for (String text : List.of("", "a b", "a/b", "a,b", "ldap://x", "../x", "a..b")) {
      assertThatThrownBy(() -> resolver().txt(text)).hasMessageContaining("no domain name");
    }
  }
}
