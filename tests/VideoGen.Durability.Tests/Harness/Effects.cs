namespace VideoGen.Durability.Tests.Harness;

internal static class Effects
{
    public static async Task EffectAsync(this UnitOfWork work, Guid subject, string what)
    {
        await using var command = work.Command("insert into effect (subject, what) values ($1, $2)", subject, what);
        await command.ExecuteNonQueryAsync();
    }
}
