package io.lesnode.les.server;

import org.apache.tuweni.bytes.Bytes32;

/** Why an order of the operator cannot be carried out, in geth's words where it has some. */
public sealed interface AdminFailure {

  /** One line for the operator. */
  String text();

  /** The order needs a connected client. */
  record NotConnected(Bytes32 id) implements AdminFailure {
    @Override
    public String text() {
      return "client " + id.toUnprefixedHexString() + " is not connected";
    }
  }

  /** A parameter out of its range; named as the RPC names it. */
  record InvalidValue(String parameter) implements AdminFailure {
    @Override
    public String text() {
      return "invalid value for parameter '" + parameter + "'";
    }
  }

  /** A parameter that defaults do not have. */
  record InvalidDefault(String parameter) implements AdminFailure {
    @Override
    public String text() {
      return "invalid default parameter '" + parameter + "'";
    }
  }

  /** The wanted capacity is below the minimum. */
  record CapacityTooSmall(long capacity, long minimum) implements AdminFailure {
    @Override
    public String text() {
      return "invalid value for parameter 'capacity': " + capacity + " is below " + minimum;
    }
  }

  /** More than the server has to give. */
  record TotalCapacityExceeded(long capacity, long total) implements AdminFailure {
    @Override
    public String text() {
      return "total capacity exceeded: " + capacity + " of " + total;
    }
  }

  /** Only clients with a positive balance get more than the minimum. */
  record PriorityTooLow(Bytes32 id) implements AdminFailure {
    @Override
    public String text() {
      return "priority too low to raise capacity";
    }
  }

  /** Too little can be taken from weaker clients. */
  record NoMaximum(Bytes32 id) implements AdminFailure {
    @Override
    public String text() {
      return "unable to find maximum allowed capacity";
    }
  }

  /** A balance that does not fit. */
  record BalanceOverflow(long balance, long amount) implements AdminFailure {
    @Override
    public String text() {
      return "balance overflow";
    }
  }

  /** A negative bias. */
  record IllegalBias(long biasNanos) implements AdminFailure {
    @Override
    public String text() {
      return "bias illegal: " + biasNanos + "ns less than 0";
    }
  }

  /** A les/2 client cannot be frozen. */
  record CannotFreeze(Bytes32 id) implements AdminFailure {
    @Override
    public String text() {
      return "client " + id.toUnprefixedHexString() + " speaks les/2, which has no Stop";
    }
  }

  /** The disk did not take a change. */
  record NotStored(String reason) implements AdminFailure {
    @Override
    public String text() {
      return "the change could not be stored and is not made: " + reason;
    }
  }

  /** The server is being ended, or too busy to answer. */
  record Unavailable(String reason) implements AdminFailure {
    @Override
    public String text() {
      return "the LES server does not answer: " + reason;
    }
  }
}
