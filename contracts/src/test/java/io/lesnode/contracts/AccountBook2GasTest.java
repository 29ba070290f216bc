package io.lesnode.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.contracts.testing.ContractChain;
import io.lesnode.contracts.testing.SecondMachine;
import io.lesnode.contracts.testing.Sent;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.config.Fork;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.primitives.crypto.Signature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Test C1 of docs/vip.md: what each call of AccountBook2 costs, and the ceilings of the design. */
class AccountBook2GasTest {
  private static final long ETHER = 1_000_000_000_000_000_000L;

  @RegisterExtension static final SecondMachine SECOND = new SecondMachine();

  @Test
  void callsStayBelowTheirCeilings() {
    Map<String, Long> gas = measure(Fork.SHANGHAI);

    assertThat(gas.get("cash, first")).isLessThanOrEqualTo(46_000);
    assertThat(gas.get("cash, later")).isLessThanOrEqualTo(46_000);
    assertThat(gas.get("cashMany of 20, per payer")).isLessThanOrEqualTo(19_000);
    assertThat(gas.get("deposit, first of a payer")).isLessThanOrEqualTo(51_000);
    assertThat(gas.get("deposit, later")).isLessThanOrEqualTo(30_000);
  }

  @Test
  void theReadmeHasTheseFigures() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    Map<String, Long> london = measure(Fork.LONDON);
    Map<String, Long> shanghai = measure(Fork.SHANGHAI);

    List<String> rows = new ArrayList<>();
    shanghai.forEach(
        (call, gas) -> rows.add(String.format("| %s | %,d | %,d |", call, london.get(call), gas)));

    assertThat(readme).as(String.join("\n", rows)).contains(rows);
  }

  private Map<String, Long> measure(Fork fork) {
    ContractChain chain = SECOND.chain(fork);
    Map<String, Long> gas = new LinkedHashMap<>();
    Sent deployed =
        chain.create(chain.account(0), UInt256.ZERO, ContractArtifact.ACCOUNT_BOOK_2.bytecode());
    gas.put("deploy", deployed.succeeded().gasUsed());
    Book2 book = new Book2(chain);
    KeyPair payee = chain.account(1);
    Address to = payee.address();
    KeyPair payer = chain.account(2);

    gas.put("deposit, first for a payee", book.deposit(chain.account(3), to, ETHER).gasUsed());
    gas.put("deposit, first of a payer", book.deposit(payer, to, ETHER).gasUsed());
    gas.put("deposit, later", book.deposit(payer, to, ETHER).gasUsed());
    gas.put("cash, first", book.cash(payee, payer, ETHER / 3).succeeded().gasUsed());
    gas.put("cash, later", book.cash(payee, payer, ETHER / 2).succeeded().gasUsed());
    gas.put("cash, bounced", book.cash(payee, payer, 3 * ETHER).succeeded().gasUsed());
    for (int count : new int[] {5, 20, 50}) {
      gas.put("cashMany of " + count + ", per payer", cashMany(book, payee, count) / count);
    }
    book.deposit(payer, to, 3 * ETHER).succeeded();
    gas.put("cashFor", cashFor(book, payee, payer, 0).succeeded().gasUsed());
    gas.put("cashFor with a fee", cashFor(book, payee, payer, 1_000).succeeded().gasUsed());
    gas.put("withdraw", book.withdraw(payer, to, ETHER / 4).succeeded().gasUsed());
    chain.mine(7_200);
    gas.put("claim", book.claim(payer, to).succeeded().gasUsed());
    gas.put("cooperativeClose", close(book, payee, payer));
    return gas;
  }

  private static long cashMany(Book2 book, KeyPair payee, int count) {
    List<Book2.Cheque> cheques = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      KeyPair payer = book.chain.account(100 * count + i);
      book.deposit(payer, payee.address(), ETHER).succeeded();
      cheques.add(book.cheque(payer, payee.address(), ETHER / 7));
    }
    return book.cashMany(payee, cheques).succeeded().gasUsed();
  }

  private static Sent cashFor(Book2 book, KeyPair payee, KeyPair payer, long fee) {
    long cumulative =
        book.account(payee.address(), payer.address()).paid().longValueExact() + ETHER / 5;
    Book2.Cheque cheque = book.cheque(payer, payee.address(), cumulative);
    long deadline = book.chain.timestamp() + 3_600;
    Signature instruction = book.instruction(payee, cheque, fee, deadline);
    return book.cashFor(book.chain.account(4), payee.address(), cheque, fee, deadline, instruction);
  }

  private static long close(Book2 book, KeyPair payee, KeyPair payer) {
    long cumulative =
        book.account(payee.address(), payer.address()).paid().longValueExact() + ETHER / 5;
    long deadline = book.chain.timestamp() + 3_600;
    var digest = book.closeDigest(payee.address(), payer.address(), cumulative, 0, deadline);
    return Objects.requireNonNull(
            book.close(
                payer,
                payee.address(),
                payer.address(),
                cumulative,
                deadline,
                payer.sign(digest),
                payee.sign(digest)))
        .succeeded()
        .gasUsed();
  }
}
