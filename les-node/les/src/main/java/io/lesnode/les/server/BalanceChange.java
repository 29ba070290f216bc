package io.lesnode.les.server;

/** A positive balance before and after a change. */
public record BalanceChange(long oldBalance, long newBalance) {}
