package io.lesnode.vip;

import io.lesnode.payment.Counterparty;
import io.lesnode.payment.MethodId;
import io.lesnode.payment.MethodTerms;
import io.lesnode.vipnode.client.BuyerAction;
import io.lesnode.vipnode.client.PayerOutcome;
import java.time.InstantSource;
import java.util.Optional;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * The payer of a buyer that a host drives: test money, records in memory, no account, no chain and
 * no thread. Everything else is as at a {@link VipClient}. Confined to the host's thread.
 */
public final class HostedPayer implements AutoCloseable {
  private final ClientRecords records;
  private final PayerWorker worker;

  /**
   * A payer that has paid nothing yet.
   *
   * @param limitWei what servers let each payer have in total
   */
  public HostedPayer(UInt256 limitWei, InstantSource clock) {
    records = new ClientRecords(Optional.empty(), clock);
    VipOptions options =
        VipOptions.builder().method(MethodId.TEST, PayerSource.testMoney(limitWei)).build();
    worker = new PayerWorker(options, new NoChain(), records, fee -> false);
  }

  /** Does one piece of work. */
  public PayerOutcome work(
      BuyerAction.Work work, Counterparty server, Optional<MethodTerms> terms) {
    return worker.work(work, server, terms);
  }

  @Override
  public void close() {
    records.close();
  }
}
