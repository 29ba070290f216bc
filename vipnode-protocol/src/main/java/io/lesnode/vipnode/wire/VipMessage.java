package io.lesnode.vipnode.wire;

import io.lesnode.payment.RefusalCode;
import io.lesnode.primitives.Address;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * A message of vip/1.
 *
 * <p>The order of the components is that of the wire. Amounts of money are in wei; tokens, times
 * (Unix seconds), capacities and serials are in 0 … 2⁶³−1 unless said otherwise; request ids are
 * any 64 bits. Signatures are 65 bytes {@code r‖s‖v} with v of 0 or 1, or empty. {@code Bytes} of a
 * decoded message are slices of its payload. The tables are in docs/vip.md, "Messages".
 */
public sealed interface VipMessage {

  /** The message code relative to the capability. */
  default int code() {
    return switch (this) {
      case Status m -> VipCodes.STATUS;
      case Offer m -> VipCodes.OFFER;
      case Query m -> VipCodes.QUERY;
      case Quote m -> VipCodes.QUOTE;
      case Bid m -> VipCodes.BID;
      case Award m -> VipCodes.AWARD;
      case Open m -> VipCodes.OPEN;
      case Params m -> VipCodes.PARAMS;
      case Pay m -> VipCodes.PAY;
      case Receipt m -> VipCodes.RECEIPT;
      case Exchange m -> VipCodes.EXCHANGE;
      case Exchanged m -> VipCodes.EXCHANGED;
      case SetCapacity m -> VipCodes.SET_CAPACITY;
      case Capacity m -> VipCodes.CAPACITY;
      case Notice m -> VipCodes.NOTICE;
      case Refuse m -> VipCodes.REFUSE;
      case PoolJoin m -> VipCodes.POOL_JOIN;
      case PoolMatch m -> VipCodes.POOL_MATCH;
      case Usage m -> VipCodes.USAGE;
      case PoolState m -> VipCodes.POOL_STATE;
      case Close m -> VipCodes.CLOSE;
    };
  }

  /**
   * The handshake, the first message of both sides.
   *
   * @param version {@link VipCapability#VERSION}
   * @param roles bits of {@link Role}
   * @param payAddress the account that the sender pays with or is paid at, if it has one
   * @param nowSeconds the sender's clock
   * @param bindSignature the pay key over {@link VipSignatures#bindDigest}; empty without a pay
   *     address
   */
  record Status(
      int version,
      UInt256 chainId,
      Bytes32 genesisHash,
      int roles,
      Optional<Address> payAddress,
      long nowSeconds,
      List<MethodEntry> methods,
      Bytes bindSignature)
      implements VipMessage {
    /** Copies the list. */
    public Status {
      methods = List.copyOf(methods);
    }

    /** The roles that we know. */
    public Set<Role> knownRoles() {
      return Role.of(roles);
    }
  }

  /**
   * What a server offers, signed with its node key. Its bytes are kept as they came, so that it can
   * be passed on to pools and through discovery with what is unknown to us.
   *
   * @param encoded the payload
   * @param terms what it says
   * @param nodeSignature the server's node key over {@link VipSignatures#offerDigest(Bytes)}
   */
  record Offer(Bytes encoded, OfferTerms terms, Bytes nodeSignature) implements VipMessage {
    /** The offer of terms and a signature of {@link VipSignatures#offerDigest(OfferTerms)}. */
    public static Offer of(OfferTerms terms, Bytes nodeSignature) {
      return new Offer(VipEncoder.offer(terms, nodeSignature), terms, nodeSignature);
    }
  }

  /**
   * Asks what could be had. At most {@link VipLimits#QUERY_ITEMS} in each list.
   *
   * @param biasSeconds how long what is had should last at least, geth's bias
   * @param staySeconds for how long the capacities are wanted
   * @param capacities capacities whose missing tokens are asked for
   * @param tokenAmounts tokens to buy, negative to sell back, whose price is asked for, and what
   *     capacity could be had with them
   */
  record Query(
      long requestId,
      long biasSeconds,
      long staySeconds,
      List<Long> capacities,
      List<Long> tokenAmounts)
      implements VipMessage {
    /** Copies the lists. */
    public Query {
      capacities = List.copyOf(capacities);
      tokenAmounts = List.copyOf(tokenAmounts);
    }
  }

  /**
   * Answers a Query.
   *
   * @param quoteId to be named when prices of this quote are claimed
   * @param untilSeconds until when its prices bind the server
   * @param capacityFor for each amount of tokens asked for, the capacity to be had with it
   * @param priceFor for each amount of tokens asked for, its price, or what is paid back
   * @param tokensMissing for each capacity asked for, the tokens that must be bought to hold it for
   *     the time; {@link #NOT_TO_BE_HAD} when none suffice
   * @param currencyBalanceWei money of the client
   * @param tokenBalance tokens of the client
   * @param lastSerial serial of its last Exchange
   */
  record Quote(
      long requestId,
      long quoteId,
      long untilSeconds,
      List<Long> capacityFor,
      List<Price> priceFor,
      List<Long> tokensMissing,
      UInt256 currencyBalanceWei,
      long tokenBalance,
      long lastSerial)
      implements VipMessage {
    /** The missing tokens of a capacity that cannot be had. */
    public static final long NOT_TO_BE_HAD = Long.MAX_VALUE;

    /** Copies the lists. */
    public Quote {
      capacityFor = List.copyOf(capacityFor);
      priceFor = List.copyOf(priceFor);
      tokensMissing = List.copyOf(tokensMissing);
    }
  }

  /**
   * Bids at the auction; replaces the bid before.
   *
   * @param bidSerial rises with every bid
   * @param unitPrices tokens per second for the first, second … unit; must not rise; empty revokes
   * @param budgetPerSecond tokens per second that all units together may cost
   * @param untilSeconds until when the bid stays
   */
  record Bid(
      long requestId,
      long bidSerial,
      List<Long> unitPrices,
      long budgetPerSecond,
      long untilSeconds)
      implements VipMessage {
    /** Copies the list. */
    public Bid {
      unitPrices = List.copyOf(unitPrices);
    }
  }

  /**
   * What the auction gives a client.
   *
   * @param requestId the bid that is answered; 0 when others' bids changed it
   * @param auctionSeq rises with every clearing
   * @param units units won
   * @param payPerSecond tokens per second for all of them
   * @param nextLoserPrice tokens per second of the best unit price that won nothing, or the reserve
   *     price
   * @param toleranceMillis for how long the flow control parameters of before are tolerated
   */
  record Award(
      long requestId,
      long auctionSeq,
      long units,
      long payPerSecond,
      long nextLoserPrice,
      long toleranceMillis)
      implements VipMessage {}

  /** Opens a payment method, or asks how it stands; {@code data} is RLP of the method. */
  record Open(long requestId, int method, Bytes data) implements VipMessage {}

  /**
   * Answers an Open.
   *
   * @param status 0: ready; otherwise how many confirmations are awaited
   * @param data RLP of the method
   */
  record Params(long requestId, int method, int status, Bytes data) implements VipMessage {}

  /**
   * Pays.
   *
   * @param payId 8 bytes, unique for this server; a repeated payment has the same. On the wire it
   *     is an integer, so that low ones are short
   * @param proof of the method
   * @param autoExchange 0: only the currency balance grows; otherwise all of it is exchanged if it
   *     gives at least so many tokens
   */
  record Pay(Bytes payId, int method, Bytes proof, long autoExchange) implements VipMessage {
    /** Checks the id's length. */
    public Pay {
      requirePayId(payId);
    }
  }

  /**
   * Acknowledges a payment that is durable; the same again for a repeated payment.
   *
   * @param status 0: accepted; otherwise the number of a {@link RefusalCode}
   * @param creditedWei what this payment was worth
   * @param cumulativeWei the payer's total by this method
   * @param serial serial of the last exchange, automatic ones too
   * @param evidence the payer's newest proof when status is stale; otherwise empty
   * @param receiptSignature the server's node key over {@link VipSignatures#receiptDigest}; empty
   *     when it was refused
   */
  record Receipt(
      Bytes payId,
      int status,
      UInt256 creditedWei,
      UInt256 cumulativeWei,
      UInt256 currencyBalanceWei,
      long tokenBalance,
      long serial,
      Bytes evidence,
      Bytes receiptSignature)
      implements VipMessage {
    /** Checks the id's length. */
    public Receipt {
      requirePayId(payId);
    }

    /** The refusal, if it is one and we know its code. */
    public Optional<RefusalCode> refusalCode() {
      return RefusalCode.ofNumber(status);
    }
  }

  /**
   * Exchanges money for tokens at the current curve, or tokens for money when both numbers of
   * tokens are negative.
   *
   * @param serial must be above that of the last exchange
   * @param minTokens the fewest to buy; the most to sell back, as a negative number
   * @param maxTokens the most to buy; the fewest to sell back, as a negative number
   * @param maxCurrencyWei the most to pay; for tokens sold back the least to get
   * @param signature the pay key over {@link VipSignatures#exchangeDigest}; empty when the money is
   *     kept under the node id, which the connection proves
   */
  record Exchange(
      long requestId,
      long serial,
      long minTokens,
      long maxTokens,
      UInt256 maxCurrencyWei,
      Bytes signature)
      implements VipMessage {}

  /**
   * Answers an Exchange.
   *
   * @param tokens bought; negative when sold back; 0 when nothing was exchanged
   * @param currencyWei paid, or got back
   */
  record Exchanged(
      long requestId,
      long lastSerial,
      long tokens,
      UInt256 currencyWei,
      long tokenBalance,
      UInt256 currencyBalanceWei)
      implements VipMessage {}

  /** Asks for flow control parameters of LES, to be had for at least {@code biasSeconds}. */
  record SetCapacity(long requestId, long minRecharge, long bufferLimit, long biasSeconds)
      implements VipMessage {}

  /**
   * The flow control parameters of LES that the client now has; the LES announcement has the same.
   *
   * @param requestId the SetCapacity that is answered; 0 otherwise
   * @param reason see {@link CapacityReason}
   */
  record Capacity(long requestId, long minRecharge, long bufferLimit, int reason)
      implements VipMessage {
    /** The reason, if we know it. */
    public Optional<CapacityReason> capacityReason() {
      return CapacityReason.of(reason);
    }
  }

  /**
   * Tells the client something that it should act upon.
   *
   * @param kind see {@link NoticeKind}
   * @param secondsLeft how long the tokens last, or the trial
   * @param suggestedWei what to pay; 0: no suggestion
   * @param graceSeconds for how long nothing changes yet
   * @param data of the kind; mostly empty
   */
  record Notice(
      int kind,
      long tokenBalance,
      long secondsLeft,
      UInt256 suggestedWei,
      long graceSeconds,
      Bytes data)
      implements VipMessage {
    /** The kind, if we know it. */
    public Optional<NoticeKind> noticeKind() {
      return NoticeKind.of(kind);
    }
  }

  /**
   * Refuses a request.
   *
   * @param reference its request id, or its payment id as a number; 0 for a message without one
   * @param refusal number of a {@link RefusalCode}
   * @param retryAfterSeconds when the same request may succeed; 0: not by waiting
   * @param text what is wrong and what to do; cut to {@link VipLimits#TEXT_BYTES} when sent
   */
  record Refuse(long reference, int refusal, long retryAfterSeconds, String text)
      implements VipMessage {
    /** A refusal of a kind. */
    public static Refuse of(long reference, RefusalCode code, long retryAfterSeconds, String text) {
      return new Refuse(reference, code.number(), retryAfterSeconds, text);
    }

    /** The refusal's code, if we know it. */
    public Optional<RefusalCode> refusalCode() {
      return RefusalCode.ofNumber(refusal);
    }
  }

  /**
   * Asks a pool to be matched, as a client or as a host.
   *
   * @param role a bit of {@link Role}
   * @param payAddress where a host wants its money, from where a client pays
   * @param capacity what a host has to give, what a client wants
   * @param capabilities names as {@code les/4}
   * @param signature the sender's node key over {@link VipSignatures#poolJoinDigest}
   */
  record PoolJoin(
      long requestId,
      int role,
      Address payAddress,
      long capacity,
      List<String> capabilities,
      Bytes signature)
      implements VipMessage {
    /** Copies the list. */
    public PoolJoin {
      capabilities = List.copyOf(capabilities);
    }
  }

  /** The hosts that a pool gives a client. */
  record PoolMatch(long requestId, List<MatchedHost> hosts) implements VipMessage {
    /** Copies the list. */
    public PoolMatch {
      hosts = List.copyOf(hosts);
    }
  }

  /**
   * A host that a client may dial.
   *
   * @param enode its URL
   * @param grant {@link PoolGrant#encode()}, to be shown to the host in Open
   */
  record MatchedHost(String enode, Bytes grant) {}

  /**
   * What a client used of a host, signed by both; whoever signed first leaves the other empty.
   *
   * @param pool node id of the pool
   * @param epoch number of the interval
   * @param client node id of the client
   * @param host node id of the host
   * @param clientSignature the client's node key over {@link VipSignatures#usageDigest}
   * @param hostSignature the host's node key over the same
   */
  record Usage(
      Bytes32 pool,
      long epoch,
      Bytes32 client,
      Bytes32 host,
      long fromSeconds,
      long toSeconds,
      long tokens,
      UInt256 amountWei,
      Bytes clientSignature,
      Bytes hostSignature)
      implements VipMessage {}

  /**
   * How a pool sees its member.
   *
   * @param balanceWei what the member has left, or what it earned and was not paid yet
   * @param invalidPeers node ids of clients or hosts that are no longer of this pool
   * @param latestBlock the newest block that the pool verified
   */
  record PoolState(UInt256 balanceWei, List<Bytes32> invalidPeers, long latestBlock)
      implements VipMessage {
    /** Copies the list. */
    public PoolState {
      invalidPeers = List.copyOf(invalidPeers);
    }
  }

  /**
   * Ends a payment method or the session.
   *
   * @param mode see {@link CloseMode}
   * @param finalState RLP of the method; empty when there is none
   * @param signature of the method over the final state; may be empty
   */
  record Close(long requestId, int method, int mode, Bytes finalState, Bytes signature)
      implements VipMessage {
    /** The mode, if we know it. */
    public Optional<CloseMode> closeMode() {
      return CloseMode.of(mode);
    }
  }

  private static void requirePayId(Bytes payId) {
    if (payId.size() != Long.BYTES) {
      throw new IllegalArgumentException("a payment id has 8 bytes, this has " + payId.size());
    }
  }
}
