package io.lesnode.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@code les vip books} and {@code les vip export} make of a node's answers. */
class VipBooksCommandTest {

  @Test
  void theAccountsAreColumns() {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.put("balanced", true);
    answer
        .putArray("accounts")
        .add(line("client:0xaa", "wei", "5"))
        .add(line("claim:cheque:0xaa", "wei", "-1000"));
    assertThat(VipBooksCommand.lines(answer))
        .containsExactly(
            "client:0xaa            5 wei",
            "claim:cheque:0xaa  -1000 wei",
            "The books balance: every asset sums to 0.");
    answer.put("balanced", false);
    assertThat(VipBooksCommand.lines(answer).getLast()).startsWith("THE BOOKS DO NOT BALANCE");
  }

  private static ObjectNode line(String account, String asset, String balance) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("account", account)
        .put("asset", asset)
        .put("balance", balance);
  }

  @Test
  void piecesOfAnExportAreJoinedUnderOneHeader() throws IOException {
    List<Long> asked = new ArrayList<>();
    StringWriter out = new StringWriter();
    VipExportCommand.copy(
        VipExportCommand.Format.CSV,
        7,
        first -> {
          asked.add(first);
          return JsonNodeFactory.instance
              .objectNode()
              .put("text", "names\n" + first + ",a\n" + (first + 1) + ",b\n")
              .put("next", first + 2)
              .put("more", first < 11);
        },
        out);
    assertThat(asked).containsExactly(7L, 9L, 11L);
    assertThat(out.toString()).isEqualTo("names\n7,a\n8,b\n9,a\n10,b\n11,a\n12,b\n");
  }

  @Test
  void anExportEndsEvenIfTheNodeStaysAtItsPlace() throws IOException {
    StringWriter out = new StringWriter();
    VipExportCommand.copy(
        VipExportCommand.Format.JSON,
        0,
        first ->
            JsonNodeFactory.instance
                .objectNode()
                .put("text", "{}\n")
                .put("next", 0)
                .put("more", true),
        out);
    assertThat(out.toString()).isEqualTo("{}\n");
  }
}
