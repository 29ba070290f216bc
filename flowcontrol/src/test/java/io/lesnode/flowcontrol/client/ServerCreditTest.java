package io.lesnode.flowcontrol.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.flowcontrol.CreditParams;
import org.junit.jupiter.api.Test;

class ServerCreditTest {

  @Test
  void aServerWithoutRecharge() {
    ServerCredit credit = new ServerCredit(new CreditParams(1000, 0), 0);
    assertThat(credit.canSend(600, 0).now()).isTrue();
    credit.onQueued(1, 600, 0);
    assertThat(credit.canSend(600, 0).waitNanos()).isEqualTo(ServerCredit.FOREVER_NANOS);
    assertThat(new ServerCredit(new CreditParams(0, 0), 0).canSend(1, 0).waitNanos())
        .isEqualTo(ServerCredit.FOREVER_NANOS);
  }

  @Test
  void hugeReportsCountAsFull() {
    ServerCredit credit = new ServerCredit(new CreditParams(1000, 1), 0);
    credit.onQueued(1, 600, 0);
    credit.onReply(1, -1L, 0);
    assertThat(credit.estimateAt(0)).isEqualTo(1000);
  }
}
