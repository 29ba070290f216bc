package io.lesnode.vipnode.wire;

import io.lesnode.primitives.Address;
import io.lesnode.vipnode.wire.VipMessage.Award;
import io.lesnode.vipnode.wire.VipMessage.Bid;
import io.lesnode.vipnode.wire.VipMessage.Capacity;
import io.lesnode.vipnode.wire.VipMessage.Close;
import io.lesnode.vipnode.wire.VipMessage.Exchange;
import io.lesnode.vipnode.wire.VipMessage.Exchanged;
import io.lesnode.vipnode.wire.VipMessage.Notice;
import io.lesnode.vipnode.wire.VipMessage.Offer;
import io.lesnode.vipnode.wire.VipMessage.Open;
import io.lesnode.vipnode.wire.VipMessage.Params;
import io.lesnode.vipnode.wire.VipMessage.Pay;
import io.lesnode.vipnode.wire.VipMessage.PoolJoin;
import io.lesnode.vipnode.wire.VipMessage.PoolMatch;
import io.lesnode.vipnode.wire.VipMessage.PoolState;
import io.lesnode.vipnode.wire.VipMessage.Query;
import io.lesnode.vipnode.wire.VipMessage.Quote;
import io.lesnode.vipnode.wire.VipMessage.Receipt;
import io.lesnode.vipnode.wire.VipMessage.Refuse;
import io.lesnode.vipnode.wire.VipMessage.SetCapacity;
import io.lesnode.vipnode.wire.VipMessage.Status;
import io.lesnode.vipnode.wire.VipMessage.Usage;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;

/** Writes the payloads of vip/1 messages; one method for each shape, fields in wire order. */
final class VipEncoder {

  private VipEncoder() {}

  static Bytes encode(VipMessage message) {
    return switch (message) {
      case Status m -> status(m);
      case Offer m -> m.encoded();
      case Query m -> query(m);
      case Quote m -> quote(m);
      case Bid m -> bid(m);
      case Award m -> award(m);
      case Open m -> new Fields().id(m.requestId()).number(m.method()).bytes(m.data()).list();
      case Params m -> params(m);
      case Pay m -> pay(m);
      case Receipt m -> receipt(m);
      case Exchange m -> exchange(m);
      case Exchanged m -> exchanged(m);
      case SetCapacity m -> setCapacity(m);
      case Capacity m -> capacity(m);
      case Notice m -> notice(m);
      case Refuse m -> refuse(m);
      case PoolJoin m -> poolJoin(m);
      case PoolMatch m -> poolMatch(m);
      case Usage m -> usage(m);
      case PoolState m -> poolState(m);
      case Close m -> close(m);
    };
  }

  private static Bytes status(Status m) {
    return new Fields()
        .number(m.version())
        .amount(m.chainId())
        .bytes(m.genesisHash())
        .number(m.roles())
        .bytes(m.payAddress().map(Address::bytes).orElse(Bytes.EMPTY))
        .number(m.nowSeconds())
        .listOf(m.methods(), VipEncoder::methodEntry)
        .bytes(m.bindSignature())
        .list();
  }

  private static Fields methodEntry(Fields fields, MethodEntry entry) {
    return fields.raw(
        new Fields()
            .number(entry.id())
            .text(entry.name())
            .bytes(entry.contract().map(Address::bytes).orElse(Bytes.EMPTY))
            .bytes(entry.codeHash())
            .bytes(entry.params())
            .list());
  }

  static Bytes offer(OfferTerms terms, Bytes nodeSignature) {
    return offerFields(terms).bytes(nodeSignature).list();
  }

  /** The fields of an offer before its signature. */
  static Fields offerFields(OfferTerms terms) {
    return new Fields()
        .number(terms.seq())
        .number(terms.fromSeconds())
        .number(terms.untilSeconds())
        .text(terms.currency())
        .amount(terms.tokenPriceWeiPer1e9())
        .amount(terms.basePriceWeiPer1e9())
        .number(terms.soldTokens())
        .number(terms.tokenLimit())
        .raw(
            new Fields()
                .number(terms.factors().timeMicro())
                .number(terms.factors().capacityMicro())
                .number(terms.factors().requestMicro())
                .list())
        .number(terms.minCapacity())
        .number(terms.freeCapacity())
        .number(terms.totalCapacity())
        .number(terms.priorityCapacity())
        .number(terms.trialLeftSeconds())
        .number(terms.trialGuaranteedSeconds())
        .number(terms.expirySeconds())
        .number(terms.auctionUnit())
        .listOf(terms.methods(), (fields, id) -> fields.number(id))
        .listOf(terms.pools(), Fields::bytes);
  }

  private static Bytes query(Query m) {
    return new Fields()
        .id(m.requestId())
        .number(m.biasSeconds())
        .number(m.staySeconds())
        .listOf(m.capacities(), Fields::number)
        .listOf(m.tokenAmounts(), Fields::signed)
        .list();
  }

  private static Bytes quote(Quote m) {
    return new Fields()
        .id(m.requestId())
        .id(m.quoteId())
        .number(m.untilSeconds())
        .listOf(m.capacityFor(), Fields::number)
        .listOf(m.priceFor(), Fields::price)
        .listOf(m.tokensMissing(), Fields::number)
        .amount(m.currencyBalanceWei())
        .number(m.tokenBalance())
        .number(m.lastSerial())
        .list();
  }

  private static Bytes bid(Bid m) {
    return new Fields()
        .id(m.requestId())
        .number(m.bidSerial())
        .listOf(m.unitPrices(), Fields::number)
        .number(m.budgetPerSecond())
        .number(m.untilSeconds())
        .list();
  }

  private static Bytes award(Award m) {
    return new Fields()
        .id(m.requestId())
        .number(m.auctionSeq())
        .number(m.units())
        .number(m.payPerSecond())
        .number(m.nextLoserPrice())
        .number(m.toleranceMillis())
        .list();
  }

  private static Bytes params(Params m) {
    return new Fields()
        .id(m.requestId())
        .number(m.method())
        .number(m.status())
        .bytes(m.data())
        .list();
  }

  private static Bytes pay(Pay m) {
    return new Fields()
        .payId(m.payId())
        .number(m.method())
        .bytes(m.proof())
        .number(m.autoExchange())
        .list();
  }

  private static Bytes receipt(Receipt m) {
    return new Fields()
        .payId(m.payId())
        .number(m.status())
        .amount(m.creditedWei())
        .amount(m.cumulativeWei())
        .amount(m.currencyBalanceWei())
        .number(m.tokenBalance())
        .number(m.serial())
        .bytes(m.evidence())
        .bytes(m.receiptSignature())
        .list();
  }

  private static Bytes exchange(Exchange m) {
    return new Fields()
        .id(m.requestId())
        .number(m.serial())
        .signed(m.minTokens())
        .signed(m.maxTokens())
        .amount(m.maxCurrencyWei())
        .bytes(m.signature())
        .list();
  }

  private static Bytes exchanged(Exchanged m) {
    return new Fields()
        .id(m.requestId())
        .number(m.lastSerial())
        .signed(m.tokens())
        .amount(m.currencyWei())
        .number(m.tokenBalance())
        .amount(m.currencyBalanceWei())
        .list();
  }

  private static Bytes setCapacity(SetCapacity m) {
    return new Fields()
        .id(m.requestId())
        .number(m.minRecharge())
        .number(m.bufferLimit())
        .number(m.biasSeconds())
        .list();
  }

  private static Bytes capacity(Capacity m) {
    return new Fields()
        .id(m.requestId())
        .number(m.minRecharge())
        .number(m.bufferLimit())
        .number(m.reason())
        .list();
  }

  private static Bytes notice(Notice m) {
    return new Fields()
        .number(m.kind())
        .number(m.tokenBalance())
        .number(m.secondsLeft())
        .amount(m.suggestedWei())
        .number(m.graceSeconds())
        .bytes(m.data())
        .list();
  }

  private static Bytes refuse(Refuse m) {
    return new Fields()
        .id(m.reference())
        .number(m.refusal())
        .number(m.retryAfterSeconds())
        .bytes(Fields.utf8(m.text(), VipLimits.TEXT_BYTES))
        .list();
  }

  private static Bytes poolJoin(PoolJoin m) {
    return new Fields()
        .id(m.requestId())
        .number(m.role())
        .bytes(m.payAddress().bytes())
        .number(m.capacity())
        .listOf(m.capabilities(), Fields::text)
        .bytes(m.signature())
        .list();
  }

  private static Bytes poolMatch(PoolMatch m) {
    return new Fields()
        .id(m.requestId())
        .listOf(
            m.hosts(),
            (fields, host) ->
                fields.raw(new Fields().text(host.enode()).bytes(host.grant()).list()))
        .list();
  }

  private static Bytes usage(Usage m) {
    return usageFields(m).bytes(m.clientSignature()).bytes(m.hostSignature()).list();
  }

  /** The fields of a usage before its signatures. */
  static Fields usageFields(Usage m) {
    return new Fields()
        .bytes(m.pool())
        .number(m.epoch())
        .bytes(m.client())
        .bytes(m.host())
        .number(m.fromSeconds())
        .number(m.toSeconds())
        .number(m.tokens())
        .amount(m.amountWei());
  }

  private static Bytes poolState(PoolState m) {
    return new Fields()
        .amount(m.balanceWei())
        .listOf(m.invalidPeers(), Fields::bytes)
        .number(m.latestBlock())
        .list();
  }

  private static Bytes close(Close m) {
    return new Fields()
        .id(m.requestId())
        .number(m.method())
        .number(m.mode())
        .bytes(m.finalState())
        .bytes(m.signature())
        .list();
  }

  /** What is signed over raw items, as they came. */
  static Bytes listOfRaw(List<Bytes> items) {
    Fields fields = new Fields();
    items.forEach(fields::raw);
    return fields.list();
  }
}
