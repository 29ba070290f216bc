package io.lesnode.vip;

import io.lesnode.payment.MethodId;
import io.lesnode.payment.Signer;
import io.lesnode.payment.transactions.TransactorSettings;
import io.lesnode.vipnode.client.BudgetRules;
import io.lesnode.vipnode.client.Demand;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * How a light client buys service. Immutable.
 *
 * @param budget what may be spent
 * @param demand what is wanted
 * @param signer the account that pays; empty: only test money can be used
 * @param payers makes the payer of each method in the demand
 * @param folder where payments, budget and history are kept; empty: nowhere, which is for tests: a
 *     payer that forgets what it signed is repaired by what servers show it
 * @param transactions how transactions are sent
 */
public record VipOptions(
    BudgetRules budget,
    Demand demand,
    Optional<Signer> signer,
    Map<MethodId, PayerSource> payers,
    Optional<Path> folder,
    TransactorSettings transactions) {
  /** Copies the map. */
  public VipOptions {
    payers = Map.copyOf(payers);
  }

  /** Options to be changed. */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects options. Confined to one thread. */
  public static final class Builder {
    private BudgetRules budget = BudgetRules.NOTHING;
    private Demand demand = Demand.STANDARD;
    private Optional<Signer> signer = Optional.empty();
    private final Map<MethodId, PayerSource> payers = new EnumMap<>(MethodId.class);
    private final List<MethodId> order = new ArrayList<>();
    private Optional<Path> folder = Optional.empty();
    private TransactorSettings transactions = TransactorSettings.standard();

    private Builder() {}

    /**
     * Sets the budget; nothing is spent unless set.
     *
     * @param text an amount per time, such as {@code 0.01ether/30d}
     * @throws IllegalArgumentException if it is none
     */
    public Builder budget(String text) {
      return budget(BudgetRules.parse(text));
    }

    /** Sets the budget; nothing is spent unless set. */
    public Builder budget(BudgetRules rules) {
      this.budget = rules;
      return this;
    }

    /** Sets what is wanted; its methods are replaced by those added here, if there are any. */
    public Builder demand(Demand wanted) {
      this.demand = wanted;
      return this;
    }

    /** Sets the account that pays. It is never the node key. */
    public Builder signer(Signer account) {
      this.signer = Optional.of(account);
      return this;
    }

    /** Adds a way to pay; those added first are preferred. Cheques unless one is added. */
    public Builder method(MethodId id, PayerSource payer) {
      payers.put(id, payer);
      order.add(id);
      return this;
    }

    /** Sets where payments, budget and history are kept; nowhere unless set. */
    public Builder folder(Path directory) {
      this.folder = Optional.of(directory);
      return this;
    }

    /** Sets how transactions are sent. */
    public Builder transactions(TransactorSettings settings) {
      this.transactions = settings;
      return this;
    }

    /** The options. */
    public VipOptions build() {
      if (order.isEmpty() && signer.isPresent()) {
        method(MethodId.CHEQUE, PayerSource.cheques());
      }
      return new VipOptions(
          budget, withMethods(demand, order), signer, payers, folder, transactions);
    }

    private static Demand withMethods(Demand wanted, List<MethodId> methods) {
      return new Demand(
          wanted.capacity(),
          wanted.factor(),
          wanted.maxPriceWeiPer1e9(),
          wanted.staySeconds(),
          wanted.patienceSeconds(),
          wanted.maxPaidServers(),
          methods,
          wanted.autoDepositWei(),
          wanted.topUp());
    }
  }

  /** Nothing is bought unless this is above zero. */
  UInt256 amountWei() {
    return budget.amountWei();
  }
}
