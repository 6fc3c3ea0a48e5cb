using MassTransit;
using VideoGen.Durability;

namespace VideoGen.Jobs.Saga;

/// <summary>What happens to a job after its submit.</summary>
internal static class SagaFeature
{
    public static void AddJobSaga(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<JobStore>();
        builder.Services.AddScoped<JobSteps>();
        builder.Services.AddRecurringWork<OverdueJobs>(OverdueJobs.Name, OverdueJobs.Interval, work => work.InEveryProcess = true);
        builder.Services.AddRecurringWork<SagaRetention>(SagaRetention.Name, SagaRetention.Interval);
    }

    public static void AddJobSaga(this IBusRegistrationConfigurator bus) =>
        bus.AddSagaStateMachine<JobStateMachine, JobSaga>().DurableRepository();
}
