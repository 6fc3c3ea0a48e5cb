using System.Globalization;
using VideoGen.Accounts.Credits;

namespace VideoGen.Accounts.Tests.Credits;

public sealed class Dates_of_the_credit_cycle
{
    [TestCase("2026-01-31", 31, "2026-02-28")]
    [TestCase("2026-02-28", 31, "2026-03-31")]
    [TestCase("2026-03-31", 31, "2026-04-30")]
    [TestCase("2028-01-31", 31, "2028-02-29")]
    [TestCase("2028-01-30", 30, "2028-02-29")]
    [TestCase("2028-02-29", 29, "2028-03-29")]
    [TestCase("2026-12-15", 15, "2027-01-15")]
    [TestCase("2026-02-28", 28, "2026-03-28")]
    public void Move_on_by_a_month_from_the_anchor_day(string start, int anchorDay, string end) =>
        Assert.That(CreditCycle.EndOf(At(start + "T10:20:30Z"), anchorDay), Is.EqualTo(At(end + "T10:20:30Z")));

    [Test]
    public void Come_back_to_the_anchor_day_for_years()
    {
        var end = At("2026-01-31T23:59:59.999999Z");
        for (var month = 0; month < 120; month++)
        {
            var next = CreditCycle.EndOf(end, 31);
            Assert.That(next, Is.GreaterThan(end));
            Assert.That(next.Day, Is.EqualTo(DateTime.DaysInMonth(next.Year, next.Month)));
            Assert.That((next.Year * 12) + next.Month, Is.EqualTo((end.Year * 12) + end.Month + 1));
            end = next;
        }
    }

    [Test]
    public void Are_in_UTC_whatever_offset_the_start_has() =>
        Assert.That(CreditCycle.EndOf(DateTimeOffset.Parse("2026-03-01T01:00:00+02:00", CultureInfo.InvariantCulture), 28), Is.EqualTo(At("2026-03-28T23:00:00Z")));

    static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
