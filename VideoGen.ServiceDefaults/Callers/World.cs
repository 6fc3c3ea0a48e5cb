namespace VideoGen.ServiceDefaults.Callers;

/// <summary>
/// A part of an account: what its test keys made, what its live ones made, or both. Jobs, files, webhooks, events and keys
/// of one world are not there for a caller of the other, exactly as if they were somebody else's. A store method that reads
/// or changes such rows takes this first, never a bare account id; only the account itself, its plan and its limits are one
/// for both worlds.
/// </summary>
/// <param name="Test">True for the test world, false for the live one, null for both.</param>
public readonly record struct World(Guid AccountId, bool? Test)
{
    /// <summary>For our own work on an account, and for what belongs to the account as a whole.</summary>
    public static World Both(Guid accountId) => new(accountId, Test: null);

    /// <summary>Whether a row of this account's world is seen from here.</summary>
    public bool Holds(bool test) => Test is null || Test == test;
}
