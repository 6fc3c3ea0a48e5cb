using VideoGen.Jobs.Contracts;
using VideoGen.Web.Operator;

namespace VideoGen.Web.Tests.Operator;

[TestFixture]
public sealed class Drawing_the_throughput
{
    static readonly DateTimeOffset Begin = new(2026, 11, 20, 10, 0, 0, TimeSpan.Zero);

    [Test]
    public void The_present_minute_is_left_out_because_it_is_not_over()
    {
        var chart = ThroughputChart.Of(
            [Minute(0, accepted: 4, completed: 2), Minute(1, accepted: 1, completed: 3), Minute(2, accepted: 900)]);
        Assert.Multiple(() =>
        {
            Assert.That(chart.Top, Is.EqualTo(5));
            Assert.That(chart.Accepted.Split(' '), Has.Length.EqualTo(2));
            Assert.That(chart.Text, Is.EqualTo("2 minutes: 5 accepted, 5 completed, 0 failed, 0 cancelled."));
        });
    }

    [Test]
    public void An_hour_without_jobs_lies_on_the_ground() =>
        Assert.That(ThroughputChart.Of([Minute(0), Minute(1), Minute(2)]).Completed, Is.EqualTo("0,158 600,158"));

    [TestCase(1, 1)]
    [TestCase(3, 5)]
    [TestCase(7, 10)]
    [TestCase(140, 200)]
    public void The_upper_edge_stands_for_a_round_number(long most, long top) =>
        Assert.That(ThroughputChart.Of([Minute(0, accepted: most), Minute(1)]).Top, Is.EqualTo(top));

    [Test]
    public void Rates_are_of_the_last_five_whole_minutes()
    {
        var minutes = Enumerable.Range(0, 60).Select(n => Minute(n, accepted: n < 54 ? 1000 : n == 59 ? 0 : 10)).ToList();
        var now = new SystemNow(new ThroughputView(Begin.AddHours(1), [], null, minutes, []), null, null);
        Assert.That((now.AcceptedPerMinute, now.LongestWait), Is.EqualTo((10d, (TimeSpan?)null)));
    }

    static MinuteFigures Minute(int number, long accepted = 0, long completed = 0) =>
        new(Begin.AddMinutes(number), accepted, completed, 0, 0);
}
